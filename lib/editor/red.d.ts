import type { RED as PublishedRed } from '@node-red/editor-client';

/** What the published types of the editor lack. */
interface UnpublishedRed {
  readonly editor: {
    /** What is being edited, the innermost last: nodes and configurations. */
    getEditStack(): readonly unknown[];
    /** Names what an editor remembers of its view (cursor, scrolling, folding) while another one is open. */
    generateViewStateId(kind: string, node: unknown, name: string): string;
  };
  readonly utils: {
    /** @returns true, or what is wrong with the value */
    validateTypedProperty(value: unknown, type: string, options: object): true | string;
  };
  readonly popover: {
    /** A list of choices that opens beside what was clicked; arrow keys, Enter and Escape work. */
    menu(options: {
      options: readonly { readonly label: string | JQuery; readonly onselect: () => void }[];
      style?: 'compact';
      width?: number;
      maxHeight?: number;
      class?: string;
      onclose?: (cancelled?: boolean) => void;
    }): { show(options: { target: JQuery; align?: 'left' | 'right'; offset?: [number, number] }): void };
  };
}

declare global {
  /** The editor: the global object that Node-RED gives to the code of nodes. */
  const RED: Omit<PublishedRed, 'popover'> &
    UnpublishedRed & { popover: Pick<PublishedRed['popover'], 'tooltip'> };
}
