import { readFileSync } from 'node:fs';
import path from 'node:path';

import type { ErrorObject, ValidateFunction } from 'ajv';
import Ajv2020 from 'ajv/dist/2020';
import addFormats from 'ajv-formats';

import { CALLS_BEYOND, DATE_RANGE_SIDE, NULL_BEYOND, PROPERTY_BEYOND, STATUS_BEYOND } from './exceptions';
import type { Document, Operation, Parameter } from './document';

const ID = 'sekoia';
const document = JSON.parse(
  readFileSync(path.join(__dirname, '..', 'sekoia-openapi.json'), 'utf8'),
) as Document;

const ajv = new Ajv2020({ allErrors: true, strict: false, formats: { 'date-range': isDateRange } });
addFormats(ajv);
ajv.addSchema(document, ID);

/** A call that was made, for the contract to judge. */
export interface ContractRequest {
  method: string;
  path: string;
  query: Iterable<[string, string]>;
  /** Parsed. Undefined when there is none. */
  body?: unknown;
}

interface Found {
  operation: Operation;
  pointer: string;
  parameters: Parameter[];
}

/** What a request does that the contract does not know: the reasons, none when all is well. */
export function requestViolations({ method, path, query, body }: ContractRequest): string[] {
  const call = `${method} ${path}`;
  const found = find(method, path);
  if (!found) return CALLS_BEYOND.some((known) => known.test(call)) ? [] : [`${call}: no such operation`];
  const { operation, pointer, parameters } = found;
  const at = (reason: string): string => `${operation.operationId} (${call}): ${reason}`;
  const violations: string[] = [];
  for (const [name, value] of query) {
    const index = parameters.findIndex((known) => known.in === 'query' && known.name === name);
    const parameter = parameters[index];
    if (!parameter) violations.push(at(`no parameter ${name}`));
    else
      violations.push(...parameterErrors(parameter, value).map((reason) => at(`${name}=${value} ${reason}`)));
  }
  if (operation.requestBody) {
    const check = validator(`${pointer}/requestBody/content/application~1json/schema`);
    if (!check(body)) violations.push(...reasons(check).map((reason) => at(`body ${reason}`)));
  }
  return violations;
}

/** How an answer differs from the contract. An error may have any body: the contract has no schema for it. */
export function answerViolations(method: string, path: string, status: number, body: unknown): string[] {
  const call = `${method} ${path}`;
  const found = find(method, path);
  if (!found)
    return status >= 400 || CALLS_BEYOND.some((known) => known.test(call))
      ? []
      : [`${call}: answered ${status}, but there is no such operation`];
  const { operation, pointer } = found;
  const at = (reason: string): string => `${operation.operationId} (${call}): ${reason}`;
  const described = operation.responses[status];
  if (!described)
    return STATUS_BEYOND[operation.operationId] === status ? [] : [at(`no status ${status} is described`)];
  if (!described.content) return [];
  const check = validator(`${pointer}/responses/${status}/content/application~1json/schema`);
  // As it is sent: what is undefined is not.
  return check(JSON.parse(JSON.stringify(abridged(body))))
    ? []
    : reasons(check).map((reason) => at(`answer ${reason}`));
}

/** The operation of a path; one that is spelled out goes before one with parameters. */
function find(method: string, path: string): Found | undefined {
  const templates = Object.keys(document.paths).sort((a, b) => a.split('{').length - b.split('{').length);
  const template = templates.find((known) => matcherOf(known).test(path));
  const item = template === undefined ? undefined : document.paths[template];
  const operation = item?.[method.toLowerCase() as 'get'];
  if (template === undefined || !operation) return undefined;
  const escaped = encodeURIComponent(template.replaceAll('~', '~0').replaceAll('/', '~1'));
  return {
    operation,
    pointer: `${ID}#/paths/${escaped}/${method.toLowerCase()}`,
    parameters: [...(item.parameters ?? []), ...(operation.parameters ?? [])],
  };
}

function matcherOf(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
}

const compiled = new WeakMap<Parameter, ValidateFunction>();

function parameterErrors(parameter: Parameter, value: string): string[] {
  const check = compiled.get(parameter) ?? ajv.compile(parameter.schema);
  compiled.set(parameter, check);
  return check(valueOf(parameter, value)) ? [] : reasons(check);
}

/** What a text in a query stands for. */
function valueOf({ schema }: Parameter, text: string): unknown {
  if (schema.type === 'integer' && /^-?\d+$/.test(text)) return Number(text);
  if (schema.type === 'boolean' && /^(true|false)$/.test(text)) return text === 'true';
  return text;
}

function validator(pointer: string): ValidateFunction {
  const check = ajv.getSchema(pointer);
  if (!check) throw new Error(`The contract has no schema at ${pointer}`);
  return check;
}

/** With the exceptions taken out. */
function reasons(check: ValidateFunction): string[] {
  return (check.errors ?? [])
    .filter((error) => !isException(error))
    .map(
      ({ instancePath, message = '', params }) =>
        `${instancePath || 'as a whole'} ${message} ${JSON.stringify(params)}`,
    );
}

function isException({ keyword, instancePath, params }: ErrorObject): boolean {
  if (keyword === 'type') return NULL_BEYOND.some((known) => known.test(instancePath));
  return (
    keyword === 'additionalProperties' &&
    PROPERTY_BEYOND.some((known) => known.in.test(instancePath) && params.additionalProperty === known.name)
  );
}

function isDateRange(text: string): boolean {
  const sides = text.split(',');
  return sides.length === 2 && sides.every((side) => DATE_RANGE_SIDE.test(side));
}

/** Items of a list that are looked at: validating all of a hundred thousand alerts takes minutes. */
const ITEMS = 20;

function abridged(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('items' in body) || !Array.isArray(body.items))
    return body;
  return { ...body, items: body.items.slice(0, ITEMS) };
}
