import { isRecord } from '../util/json';

/**
 * Adds the output of a Sekoia block to `msg.sekoia.node` under the next number, so that templates can read it
 * as in a Sekoia playbook: `{{ node.1['rule']['name'] }}`. The trigger is number 0.
 */
export function addBlock(msg: object, output: unknown): void {
  const holder = msg as { sekoia?: unknown };
  const sekoia = isRecord(holder.sekoia) ? holder.sekoia : (holder.sekoia = {});
  const blocks = isRecord(sekoia.node) ? sekoia.node : (sekoia.node = {});
  const numbers = Object.keys(blocks)
    .filter((key) => /^(?:0|[1-9]\d*)$/.test(key))
    .map(Number)
    .filter((number) => Number.isSafeInteger(number));
  (blocks as Record<number, unknown>)[numbers.length === 0 ? 0 : Math.max(...numbers) + 1] = output;
}
