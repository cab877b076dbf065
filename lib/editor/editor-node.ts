/** The parts of an editor node that this package uses. The node's properties are members, too. */
export interface EditorNode {
  readonly id: string;
  readonly type: string;
  /** False if one of its properties is invalid. Undefined or null until it is validated. */
  readonly valid?: boolean | null;
  /** Whether it differs from what is deployed. */
  changed?: boolean;
  /** Whether it needs a redraw. */
  dirty?: boolean;
  /** The nodes that use it, if it is a configuration. */
  readonly users?: readonly EditorNode[];
  readonly _def: {
    readonly category: string;
    readonly defaults: Readonly<Record<string, { readonly value: unknown; readonly type?: string }>>;
  };
  [property: string]: unknown;
  /** Looks up a text in the catalog of the node's set. */
  _(key: string, values?: Record<string, string | number>): string;
}
