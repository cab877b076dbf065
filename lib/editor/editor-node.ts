/** What this package reads of a node in the editor. Its own properties are members of it too. */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  /** False when one of its properties is not valid; undefined or null until it was checked. */
  readonly valid?: boolean | null;
  /** Whether it differs from what is deployed. */
  changed?: boolean;
  /** Whether it must be drawn again. */
  dirty?: boolean;
  /** Of a configuration: the nodes that use it. */
  readonly users?: readonly EditorNode[];
  readonly _def: {
    readonly category: string;
    readonly defaults: Readonly<Record<string, { readonly value: unknown; readonly type?: string }>>;
  };
  [property: string]: unknown;
  /** Looks a text up in the catalogue of the node's set. */
  _(key: string, values?: Record<string, string | number>): string;
}
