import { createHash } from 'node:crypto';

/**
 * The text of a journal: a first line that names the format, then a line per commit.
 *
 *   {"format":"sekoia-ledger","version":2,"epoch":7}
 *   <checksum> <epoch>:<number> <JSON of the records committed together>
 *
 * Commits are numbered without a gap. The checksum detects a line that a crash cut short. The number detects a
 * line that was written twice. The epoch identifies the owner. Version 1 had no owners and no epochs.
 */
export const FORMAT_VERSION = 2;

export function headerOf(epoch: number): string {
  return `{"format":"sekoia-ledger","version":${FORMAT_VERSION},"epoch":${epoch}}\n`;
}

export interface Commit<Item> {
  number: number;
  items: Item[];
}

/** The file is not a journal, or a later version wrote it. */
export class ForeignJournal extends Error {
  override readonly name = 'ForeignJournal';
}

export function encodeCommit(epoch: number, number: number, items: readonly unknown[]): string {
  const text = `${epoch}:${number} ${JSON.stringify(items)}`;
  return `${checksum(text)} ${text}\n`;
}

/** Damage that neither a crash nor a repeated write explains: a line was changed or is missing. */
export interface Damage<Item> {
  /** The place of the damage, as the end of a sentence. */
  where: string;
  /** The readable records after the damage. */
  behind: Commit<Item>[];
}

export interface DecodedJournal<Item> {
  /** Without a gap from the first on. */
  commits: Commit<Item>[];
  /** Undefined if the journal is intact, apart from a tail that a crash cut short. */
  damage?: Damage<Item>;
}

/**
 * Reads a journal. Ignores a tail that was cut short or written twice.
 * @throws ForeignJournal if nothing is readable, and a crash does not explain the content
 */
export function decodeJournal<Item>(content: Buffer): DecodedJournal<Item> {
  const header = headerLine(content);
  if (header === undefined) return { commits: [] };
  const version = versionOf(header);
  if (version !== undefined && version > FORMAT_VERSION) throw new ForeignJournal(newerFormat(version));
  const lines = new Lines<Item>();
  if (version === undefined) lines.damaged('line 1 cannot be read');
  for (let at = header.length + 1, line = 2; at < content.length; line += 1) {
    const end = content.indexOf(0x0a, at);
    if (end === -1) break;
    lines.read(content.toString('utf8', at, end), line);
    at = end + 1;
  }
  const decoded = lines.decoded;
  if (version === undefined && decoded.damage === undefined)
    throw new ForeignJournal('its first line is not the header of a ledger');
  return decoded;
}

/** The commits of a journal, line by line. */
class Lines<Item> {
  readonly #commits: Commit<Item>[] = [];
  readonly #behind: Commit<Item>[] = [];
  #last = 0;
  /** An unreadable line. It is damage if new content follows it. */
  #suspicion: string | undefined;
  #damage: string | undefined;

  get decoded(): DecodedJournal<Item> {
    const commits = this.#commits;
    return this.#damage === undefined
      ? { commits }
      : { commits, damage: { where: this.#damage, behind: this.#behind } };
  }

  damaged(where: string): void {
    this.#suspicion ??= where;
  }

  read(text: string, line: number): void {
    const whole = decodeCommit<Item>(text);
    // An intact commit may follow one whose line feed was lost. A repeated tail looks the same.
    const commit = whole ?? commitWithin<Item>(text, this.#last + 1);
    if (whole === undefined) this.damaged(`line ${line} cannot be read`);
    if (commit === undefined || commit.number <= this.#last) return;
    const gap = commit.number > this.#last + 1;
    this.#last = commit.number;
    // The content in between is lost, not just repeated.
    if (this.#suspicion !== undefined) this.#damage ??= this.#suspicion;
    else if (gap) this.#damage ??= `a commit is missing before line ${line}`;
    const contiguous = this.#behind.length === 0 && !gap;
    (contiguous ? this.#commits : this.#behind).push(commit);
  }
}

const COMMIT = /^([0-9a-f]{16}) ((?:\d+:)?(\d+) (.*))$/s;

function decodeCommit<Item>(line: string): Commit<Item> | undefined {
  const [, sum, text, number, json] = COMMIT.exec(line) ?? [];
  if (sum === undefined || text === undefined || json === undefined || checksum(text) !== sum)
    return undefined;
  return { number: Number(number), items: JSON.parse(json) as Item[] };
}

/** An intact commit at the end of a line, if its number is higher than expected. */
function commitWithin<Item>(line: string, expected: number): Commit<Item> | undefined {
  for (const { index } of line.matchAll(/[0-9a-f]{16} (?:\d+:)?\d+ \[/g)) {
    const commit = decodeCommit<Item>(line.slice(index));
    if (commit !== undefined) return commit.number > expected ? commit : undefined;
  }
  return undefined;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

const HEADER = /^\{"format":"sekoia-ledger","version":(\d+)(?:,"epoch":\d+)?\}$/;
const HEADER_START = '{"format":"sekoia-ledger","version":';

/** Undefined when the very first write was cut. */
function headerLine(content: Buffer): string | undefined {
  const end = content.indexOf(0x0a);
  if (end !== -1) return content.toString('latin1', 0, end);
  const start = content.toString('latin1', 0, 100);
  if (HEADER_START.startsWith(start.slice(0, HEADER_START.length))) return undefined;
  throw new ForeignJournal('its first line is not the header of a ledger');
}

function versionOf(header: string): number | undefined {
  const version = HEADER.exec(header)?.[1];
  return version === undefined ? undefined : Number(version);
}

function newerFormat(version: number): string {
  return `it has format ${version}, and this version of the package reads formats up to ${FORMAT_VERSION}`;
}
