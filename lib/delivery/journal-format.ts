import { createHash } from 'node:crypto';

/**
 * The text of a journal: a first line that names the format, then a line per commit.
 *
 *   {"format":"sekoia-ledger","version":1}
 *   <checksum> <number> <JSON of the records committed together>
 *
 * Commits are numbered without a gap. The checksum tells a line that was cut by a crash from one that was
 * written whole; the number tells a line that was written twice from a new one.
 */
export const FORMAT_VERSION = 1;

export const HEADER = `{"format":"sekoia-ledger","version":${FORMAT_VERSION}}\n`;

export interface Commit<Item> {
  number: number;
  items: Item[];
}

/** A journal that holds something which neither a crash nor a repeated write explains. */
export class JournalDamage extends Error {
  override readonly name = 'JournalDamage';
}

export function encodeCommit(number: number, items: readonly unknown[]): string {
  const text = `${number} ${JSON.stringify(items)}`;
  return `${checksum(text)} ${text}\n`;
}

export interface DecodedJournal<Item> {
  commits: Commit<Item>[];
  /** Bytes up to the end of the last good commit; what follows is the rest of a crash and may be overwritten. */
  goodBytes: number;
}

/**
 * Reads a journal back. A tail that was cut anywhere, or written twice, is passed over.
 * @throws JournalDamage when something in the middle cannot be read, or the format is not this one
 */
export function decodeJournal<Item>(content: Buffer): DecodedJournal<Item> {
  const header = Buffer.from(HEADER);
  if (!content.subarray(0, header.length).equals(header)) {
    // The very first write was cut.
    if (header.subarray(0, content.length).equals(content)) return { commits: [], goodBytes: 0 };
    throw new JournalDamage(foreignFormat(content));
  }
  const commits: Commit<Item>[] = [];
  let goodBytes = header.length;
  let badLine: number | undefined;
  let line = 1;
  for (let at = header.length; at < content.length;) {
    line += 1;
    const end = content.indexOf(0x0a, at);
    if (end === -1) break;
    const text = content.toString('utf8', at, end);
    const commit = decodeCommit<Item>(text);
    const expected = (commits.at(-1)?.number ?? 0) + 1;
    if (commit === undefined) {
      badLine ??= line;
      if (commitWithin(text) > expected) throw new JournalDamage(`line ${badLine} cannot be read`);
    } else if (commit.number >= expected) {
      // A new commit after a bad line, or after a gap: what lies between is lost, not merely repeated.
      if (badLine !== undefined) throw new JournalDamage(`line ${badLine} cannot be read`);
      if (commit.number > expected) throw new JournalDamage(`a commit is missing before line ${line}`);
      commits.push(commit);
      goodBytes = end + 1;
    }
    at = end + 1;
  }
  return { commits, goodBytes };
}

function decodeCommit<Item>(line: string): Commit<Item> | undefined {
  const [, sum, text, number, json] = /^([0-9a-f]{16}) ((\d+) (.*))$/s.exec(line) ?? [];
  if (sum === undefined || text === undefined || json === undefined || checksum(text) !== sum)
    return undefined;
  return { number: Number(number), items: JSON.parse(json) as Item[] };
}

/** The number of a good commit at the end of a line, behind one whose end of line was lost; else 0. */
function commitWithin(line: string): number {
  for (const { index } of line.matchAll(/[0-9a-f]{16} \d+ \[/g)) {
    const commit = decodeCommit(line.slice(index));
    if (commit !== undefined) return commit.number;
  }
  return 0;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function foreignFormat(content: Buffer): string {
  const firstLine = content.toString('utf8', 0, 200).split('\n')[0] ?? '';
  const version = /^\{"format":"sekoia-ledger","version":(\d+)\}$/.exec(firstLine)?.[1];
  return version === undefined
    ? 'its first line is not that of a ledger'
    : `it has format ${version}, and this version of the package reads format ${FORMAT_VERSION}`;
}
