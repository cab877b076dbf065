import type { Node, NodeAPI, NodeMessageInFlow } from 'node-red';

import { SekoiaError } from '../sekoia/errors';

/** The source of a property, in the terms of Node-RED's typed inputs. */
export type ValueType = 'msg' | 'flow' | 'global' | 'str' | 'jsonata' | 'env';

/** Where a node writes its result to. */
export type OutputType = 'msg' | 'flow' | 'global';

/**
 * The value of a typed input, except `str`, which each node reads in its own way.
 * @throws SekoiaError SEKOIA_BAD_INPUT when the expression or store cannot be used.
 */
export function typedValue(
  RED: NodeAPI,
  node: Node,
  value: string,
  type: Exclude<ValueType, 'str'>,
  msg: NodeMessageInFlow,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(
        new SekoiaError('SEKOIA_BAD_INPUT', `Could not read "${value}": ${messageOf(cause)}`, { cause }),
      );
    try {
      // Always with a callback, because JSONata and asynchronous context stores require one.
      RED.util.evaluateNodeProperty(value, type, node, msg, (error, result: unknown) => {
        if (error) fail(error);
        else resolve(result);
      });
    } catch (error) {
      fail(error);
    }
  });
}

/**
 * Writes a result where the node's author wants it.
 * @throws SekoiaError SEKOIA_BAD_INPUT when the property or store cannot be written.
 */
export function setTypedValue(
  RED: NodeAPI,
  node: Node,
  property: string,
  type: OutputType,
  msg: NodeMessageInFlow,
  result: unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown): void =>
      reject(
        new SekoiaError('SEKOIA_BAD_INPUT', `Could not write to "${type}.${property}": ${messageOf(cause)}`, {
          cause,
        }),
      );
    try {
      if (type === 'msg') {
        if (RED.util.setMessageProperty(msg, property, result, true)) resolve();
        else fail(new Error('a part of the path is not an object'));
        return;
      }
      const { store, key } = RED.util.parseContextStore(property);
      node.context()[type].set(key, result, store, (error?: Error | null) => {
        if (error) fail(error);
        else resolve();
      });
    } catch (error) {
      fail(error);
    }
  });
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
