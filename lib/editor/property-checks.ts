/**
 * The checks of a node's properties, for the `validate` functions in its `defaults`. A form states them in one
 * table, a row for each property: what the value may be, and the key of the text that says why it is invalid.
 *
 * A reason holds nothing that a user typed, because Node-RED writes it as HTML.
 */
import type { EditorNode } from './editor-node';
import { isEnvironmentVariable } from './environment';
import { type NumberLimits, isNumberWithin } from './number-field';
import { typeOf } from './typed-property';

/** What a check knows besides the value. */
export interface CheckedProperty {
  readonly node: EditorNode;
  readonly name: string;
  /** What Node-RED passes to `validate`. */
  readonly options: object;
}

/** @returns true, or the reason why the value is invalid */
export type PropertyCheck = (value: unknown, property: CheckedProperty) => true | string;

/** A `validate` function. */
export type Validator = (this: EditorNode, value: unknown, options: object) => true | string;

/** Makes the `validate` function of each property in a table. */
export function validatorsOf<Name extends string>(
  checks: Readonly<Record<Name, PropertyCheck>>,
): Readonly<Record<Name, Validator>> {
  const validators = Object.entries<PropertyCheck>(checks).map(([name, check]): [string, Validator] => [
    name,
    // Node-RED shows the reason only if the function declares two parameters.
    function (value, options) {
      return check(value, { node: this, name, options });
    },
  ]);
  return Object.fromEntries(validators) as Record<Name, Validator>;
}

/** A number within limits. The message may use the values `field` (the label), `min`, and `max`. */
export function numberWithin(limits: NumberLimits, message: string): PropertyCheck {
  const { min, max } = limits;
  return (value, property) =>
    isNumberWithin(value, limits) || property.node._(message, { field: labelOf(property), min, max });
}

/** One of some texts, or an environment variable. The message may use the value `field` (the label). */
export function oneOf(choices: readonly string[], message: string): PropertyCheck {
  return (value, property) => {
    // A node of an older version may lack the property. The runtime then uses its default.
    if (value === undefined) return true;
    if (typeof value === 'string' && (choices.includes(value) || isEnvironmentVariable(value))) return true;
    return property.node._(message, { field: labelOf(property) });
  };
}

/**
 * What the typed input of the property accepts. Unlike `RED.validators.typedInput`, this check ignores the open form
 * of another node of the same type.
 * @param typeProperty the property that holds the type, such as `outputType`
 */
export function typedValue(typeProperty: string): PropertyCheck {
  return (value, { node, options }) => {
    // A flow file may lack the property. The runtime then uses its default.
    if (value === undefined) return true;
    return RED.utils.validateTypedProperty(value, typeOf(node, typeProperty), options);
  };
}

export interface RequiredValue {
  /** Of an empty value. */
  readonly emptyMessage: string;
  /** Checks a value of the type string. */
  readonly checkText: PropertyCheck;
}

/** A typed value, as `typedValue` checks it, that must not be empty. */
export function requiredTypedValue(
  typeProperty: string,
  { emptyMessage, checkText }: RequiredValue,
): PropertyCheck {
  const checkTyped = typedValue(typeProperty);
  return (value, property) => {
    if (value === undefined) return true;
    const text = typeof value === 'string' ? value.trim() : '';
    if (text === '') return property.node._(emptyMessage);
    return (typeOf(property.node, typeProperty) === 'str' ? checkText : checkTyped)(text, property);
  };
}

/** The label of the property in its form. */
function labelOf({ node, name }: CheckedProperty): string {
  return node._(`${node.type}.label.${name}`);
}
