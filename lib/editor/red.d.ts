import type { RED as PublishedRed } from '@node-red/editor-client';

import type { EditorNode } from './editor-node';

/** Members that the published types of the editor lack. */
interface UnpublishedRed {
  readonly editor: {
    /** The nodes and configurations whose forms are open, the innermost last. */
    getEditStack(): readonly unknown[];
    /** Names the view state (cursor, scrolling, folding) that an editor keeps while another one is open. */
    generateViewStateId(kind: string, node: unknown, name: string): string;
  };
  readonly utils: {
    /** @returns true, or the reason why the value is invalid */
    validateTypedProperty(value: unknown, type: string, options: object): true | string;
    /** The label of a node on the canvas. */
    getNodeLabel(node: EditorNode, fallback: string): string;
    /** Makes the viewer that the debug sidebar uses. */
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
    /** The ID of the flow that is open. */
    active(): string;
    show(id: string): void;
  };
  readonly nodes: {
    /** The flow with that ID. */
    workspace(id: string): unknown;
  };
  readonly plugins: { getPlugin(id: string): unknown };
  readonly popover: {
    /** A menu that opens beside its target. Arrow keys, Enter, and Escape work. */
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
  /** The global object through which Node-RED offers the editor to nodes. */
  const RED: Omit<PublishedRed, 'popover' | 'workspaces'> &
    UnpublishedRed & { popover: Pick<PublishedRed['popover'], 'tooltip'> };
}
