import { parse, type AnyNode, type Expression, type ObjectExpression, type SpreadElement } from 'acorn';

/** What the flow library shows of a node type on its page. */
export interface RegisteredType {
  type: string;
  /** Names of the properties; undefined if they are not written out in the HTML. */
  defaults?: string[];
  credentials?: string[];
  /** Undefined if it is not a literal. */
  category?: unknown;
  color?: unknown;
  icon?: unknown;
  inputs?: unknown;
  outputs?: unknown;
}

/**
 * The node types of an HTML file as the flow library finds them, which runs nothing and only reads: calls of
 * `registerType` with a literal name and an object written out, within scripts that say `text/javascript`.
 */
export function registeredTypes(html: string): RegisteredType[] {
  return scriptsOf(html).flatMap((script) => {
    const found: RegisteredType[] = [];
    visit(parse(script, { ecmaVersion: 'latest' }), (node) => {
      const type = registeredType(node);
      if (type) found.push(type);
    });
    return found;
  });
}

function scriptsOf(html: string): string[] {
  const scripts = html.matchAll(/<script.+?type=['"]text\/javascript['"].*?>([\S\s]*?)<\/script>/gi);
  return [...scripts].map(([, script = '']) => script);
}

function registeredType(node: AnyNode): RegisteredType | undefined {
  if (node.type !== 'CallExpression' || node.callee.type !== 'MemberExpression') return undefined;
  const { property } = node.callee;
  if (property.type !== 'Identifier' || property.name !== 'registerType') return undefined;
  const [type, definition] = node.arguments;
  const name = literal(type);
  if (typeof name !== 'string' || definition?.type !== 'ObjectExpression') return undefined;
  return {
    type: name,
    defaults: names(member(definition, 'defaults')),
    credentials: names(member(definition, 'credentials')),
    category: literal(member(definition, 'category')),
    color: literal(member(definition, 'color')),
    icon: literal(member(definition, 'icon')),
    inputs: literal(member(definition, 'inputs')),
    outputs: literal(member(definition, 'outputs')),
  };
}

function member(object: ObjectExpression, name: string): Expression | undefined {
  for (const property of object.properties) {
    // The flow library does not survive `...spread` here.
    if (property.type !== 'Property') throw new Error('A definition must be written out, without spread');
    if (property.key.type === 'Identifier' && property.key.name === name) return property.value;
  }
  return undefined;
}

function names(value: Expression | undefined): string[] | undefined {
  if (value?.type !== 'ObjectExpression') return undefined;
  return value.properties.flatMap((property) =>
    property.type === 'Property' && property.key.type === 'Identifier' ? [property.key.name] : [],
  );
}

function literal(value: Expression | SpreadElement | undefined): unknown {
  return value?.type === 'Literal' ? value.value : undefined;
}

function visit(node: AnyNode, visitor: (node: AnyNode) => void): void {
  visitor(node);
  for (const child of Object.values(node).flat() as unknown[]) if (isNode(child)) visit(child, visitor);
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
