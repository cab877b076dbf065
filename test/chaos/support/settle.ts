import type { ExternalTool } from '../../../simulator';
import { type Verdict, judge, taken } from './judge';
import { readLedger } from './ledger-file';
import { until } from './until';

export interface Played {
  raised: readonly string[];
  tool: ExternalTool;
  userDir: string;
  trigger: string;
}

/** Waits until every alert is delivered, or nothing goes on any more, and tells what became of them. */
export async function settle(
  { raised, tool, userDir, trigger }: Played,
  progress: () => number = () => 0,
): Promise<Verdict> {
  const allTaken = (): boolean => {
    const times = taken(tool.received);
    return raised.every((uuid) => times.has(uuid));
  };
  // What was delivered and cannot be met again is forgotten.
  const allNoted = async (): Promise<boolean> => {
    const ledger = await readLedger(userDir, trigger);
    return raised.every((uuid) => (ledger.get(uuid) ?? 'delivered') === 'delivered');
  };
  await until(
    async () => allTaken() && (await allNoted()),
    () => tool.received.length + progress(),
  );
  return judge(raised, tool.received, await readLedger(userDir, trigger));
}
