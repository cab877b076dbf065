/** As much of an OpenAPI document as the contract has. */
export interface Document {
  paths: Record<string, PathItem | undefined>;
}

export type PathItem = Partial<Record<'get' | 'post' | 'patch' | 'delete', Operation>> & {
  parameters?: Parameter[];
};

export interface Operation {
  operationId: string;
  parameters?: Parameter[];
  requestBody?: object;
  responses: Record<string, { content?: object } | undefined>;
}

export interface Parameter {
  name: string;
  in: 'query' | 'path';
  schema: { type?: string | string[] };
}
