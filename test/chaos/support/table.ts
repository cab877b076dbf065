import type { Verdict } from './judge';

export interface Row {
  fault: string;
  /** A text: why it was skipped, or that it failed before there was one. */
  verdict: Verdict | string;
}

/** As Markdown: it goes into docs/reliability.md as it is. */
export function table(rows: readonly Row[]): string {
  const lines = rows.map(({ fault, verdict }) =>
    typeof verdict === 'string'
      ? [fault, verdict, '', '']
      : [fault, String(verdict.alerts), String(verdict.lost), twice(verdict)],
  );
  const all = [['Fault', 'Alerts', 'Lost', 'Twice'], ...lines];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...all.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))).join(' | ')} |`;
  const [head = [], ...body] = all;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...body.map(line)].join('\n');
}

function twice({ twice: times, mayBeTwice }: Verdict): string {
  return mayBeTwice === undefined ? String(times) : `${times} (at most ${mayBeTwice})`;
}
