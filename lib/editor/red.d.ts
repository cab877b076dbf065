import type { RED as PublishedRed } from '@node-red/editor-client';

import type { EditorNode } from './editor-node';

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
    /** What the canvas shows on a node. */
    getNodeLabel(node: EditorNode, otherwise: string): string;
    /** What the debug sidebar shows a value with. */
    createObjectElement(
      value: unknown,
      options: { path: string; rootPath: string; expandPaths: string[]; expandLeafNodes: boolean },
    ): JQuery;
  };
  readonly comms: {
    on(event: 'connect', listener: () => void): void;
  };
  readonly user: {
    /** Always true without `adminAuth`. */
    hasPermission(permission: string): boolean;
  };
  readonly actions: {
    add(name: string, handler: () => void, options: { label: string }): void;
  };
  readonly hooks: {
    add(hook: string, listener: (event: { node: EditorNode; el: SVGElement }) => void): void;
  };
  readonly view: {
    reveal(id: string, flash?: boolean): void;
    readonly annotations: {
      register(
        id: string,
        options: {
          type: 'badge';
          element: (node: EditorNode) => SVGElement;
          show: (node: EditorNode) => boolean;
          refresh: (node: EditorNode) => boolean;
        },
      ): void;
    };
  };
  readonly workspaces: {
    /** The id of the flow that is in front. */
    active(): string;
    show(id: string): void;
  };
  readonly nodes: {
    /** The flow of that id. */
    workspace(id: string): unknown;
  };
  readonly plugins: { getPlugin(id: string): unknown };
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
  const RED: Omit<PublishedRed, 'popover' | 'workspaces'> &
    UnpublishedRed & { popover: Pick<PublishedRed['popover'], 'tooltip'> };
}
