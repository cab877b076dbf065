import type { EditorNode } from './editor-node';
import { isEnvironmentVariable } from './environment';

export interface NumberLimits {
  min: number;
  max: number;
}

export interface NumberSteps extends NumberLimits {
  /** How far an arrow key goes. */
  step: number;
}

/** Whether a setting is a number within its limits, or an environment variable. */
export function isNumberWithin(value: unknown, { min, max }: NumberLimits): boolean {
  // A node of an older version may lack the property. The runtime then uses its default.
  if (value === undefined) return true;
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  if (isEnvironmentVariable(text)) return true;
  const number = Number(text);
  return text !== '' && number >= min && number <= max;
}

/**
 * Makes a text input a number field whose arrow keys change the number. An `<input type="number">` cannot hold `${ENV}`
 * and silently discards it.
 */
export function makeNumberField(input: HTMLInputElement, { min, max, step }: NumberSteps): void {
  input.inputMode = 'decimal';
  input.setAttribute('role', 'spinbutton');
  input.setAttribute('aria-valuemin', String(min));
  input.setAttribute('aria-valuemax', String(max));
  const reportValue = (): void => {
    const value = input.value.trim() === '' ? Number.NaN : Number(input.value);
    if (Number.isNaN(value)) input.removeAttribute('aria-valuenow');
    else input.setAttribute('aria-valuenow', String(value));
  };
  input.addEventListener('input', reportValue);
  input.addEventListener('keydown', (event) => {
    const direction = event.key === 'ArrowUp' ? 1 : event.key === 'ArrowDown' ? -1 : 0;
    const value = Number(input.value);
    if (direction === 0 || Number.isNaN(value)) return;
    event.preventDefault();
    input.value = String(Math.min(max, Math.max(min, value + direction * step)));
    input.dispatchEvent(new Event('input', { bubbles: true }));
  });
  reportValue();
}

/**
 * Stores the values of number fields as numbers where possible. Node-RED itself stores texts. It skips a property that
 * equals the text in its field.
 */
export function saveNumbers(node: EditorNode, names: readonly string[]): void {
  const prefix = node._def.category === 'config' ? 'node-config-input-' : 'node-input-';
  for (const name of names) {
    const text = String($(`#${prefix}${name}`).val()).trim();
    // An older editor stored numbers as texts. Opening such a node must not change it.
    if (String(node[name]) !== text)
      node[name] = text === '' || Number.isNaN(Number(text)) ? text : Number(text);
  }
}
