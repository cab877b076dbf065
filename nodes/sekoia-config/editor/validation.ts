import { hasApiKey } from '../../../lib/editor/api-key-presence';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { isNumberWithin } from '../../../lib/editor/number-field';
import { isAddress } from './derived-addresses';
import { REQUESTS_PER_SECOND } from './limits';

/** Each gives `true` or why not, in words that hold nothing a user typed: Node-RED writes them as HTML. */

export function validateBaseUrl(node: EditorNode, value: unknown): true | string {
  return isAddress(textOf(value)) || node._('sekoia-config.error.address');
}

/** An address that may be left out. */
export function validateAddress(node: EditorNode, value: unknown): true | string {
  const text = textOf(value);
  return text === '' || isAddress(text) || node._('sekoia-config.error.address');
}

export function validateRate(node: EditorNode, value: unknown): true | string {
  return (
    isNumberWithin(value, REQUESTS_PER_SECOND) ||
    node._('sekoia-config.error.rate', { max: REQUESTS_PER_SECOND.max })
  );
}

/** What stands in the form. */
export function validateApiKey(node: EditorNode, value: unknown): true | string {
  return textOf(value) !== '' || node._('sekoia-config.error.no-key');
}

/** What is stored, for the canvas: Node-RED checks no credentials there, only properties. */
export function validateStoredKey(node: EditorNode): true | string {
  return hasApiKey(node) !== false || node._('sekoia-config.error.no-key');
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
