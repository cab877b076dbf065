import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';

import { SekoiaError } from '../sekoia/errors';
import { type CompiledTemplate, compileText } from '../template';
import { type ValueType, typedValue } from './typed-value';

/** Reads a value for a message. Rejects with a SekoiaError SEKOIA_BAD_INPUT. */
export type ValueSource = (msg: NodeMessageInFlow) => Promise<unknown>;

/** The values of a typed input. A text may hold placeholders, as a playbook's `{{ node.0['alert_uuid'] }}`. */
export function valueSource(RED: NodeAPI, node: Node, value: string, type: ValueType): ValueSource {
  if (type !== 'str') return (msg) => typedValue(RED, node, value, type, msg);
  let template: CompiledTemplate<string>;
  try {
    template = compileText(value, { missing: 'fail' });
  } catch (error) {
    return () => Promise.reject(badInput(error));
  }
  return (msg) =>
    new Promise((resolve) => resolve(template.render(msg))).catch((error: unknown) => {
      throw badInput(error);
    });
}

function badInput(cause: unknown): SekoiaError {
  return new SekoiaError('SEKOIA_BAD_INPUT', cause instanceof Error ? cause.message : String(cause), {
    cause,
  });
}
