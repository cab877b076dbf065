import assert from 'node:assert/strict';

import fc from 'fast-check';

import { HEADER, JournalDamage, decodeJournal, encodeCommit } from '../../../lib/delivery/journal-format';

/** Each item is a number, a text that JSON and UTF-8 make longer, or what looks like a line of a journal. */
const COMMITS: unknown[][] = [
  [1, 'two'],
  ['é ✓ 💥 "quoted" \\ \n \u2028'],
  [['dead', 'a', 1, '0123456789abcdef 3 [1]']],
  [[], {}, null],
];

function journalOf(commits: unknown[][]): Buffer {
  return Buffer.from(HEADER + commits.map((items, at) => encodeCommit(at + 1, items)).join(''));
}

function itemsOf(content: Buffer): unknown[][] {
  return decodeJournal<unknown>(content).commits.map(({ items }) => items);
}

const WHOLE = journalOf(COMMITS);
const LAST_LINE_AT = journalOf(COMMITS.slice(0, -1)).length;

describe('journal format', () => {
  it('names itself and its version in the first line', () => {
    assert.equal(HEADER, '{"format":"sekoia-ledger","version":1}\n');
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.jsonValue(), { maxLength: 5 }), { maxLength: 5 }), (commits) => {
        const content = journalOf(commits);
        const expected = JSON.parse(JSON.stringify(commits)) as unknown;
        assert.deepEqual(itemsOf(content), expected);
        assert.equal(decodeJournal(content).goodBytes, content.length);
      }),
    );
  });

  it('reads the whole commits of a journal that was cut at any byte', () => {
    for (let length = 0; length <= WHOLE.length; length += 1) {
      const { commits, goodBytes } = decodeJournal(WHOLE.subarray(0, length));
      assert.deepEqual(
        commits.map(({ items }) => items),
        COMMITS.slice(0, commits.length),
      );
      const kept = length < HEADER.length ? 0 : journalOf(COMMITS.slice(0, commits.length)).length;
      assert.equal(goodBytes, kept, `cut at ${length}`);
      const more = journalOf(COMMITS.slice(0, commits.length + 1)).length;
      assert.ok(length < more || commits.length === COMMITS.length, `what is whole at ${length} is read`);
    }
  });

  it('reads a journal whose tail was written twice, from any byte', () => {
    for (let from = 0; from <= WHOLE.length; from += 1) {
      const { commits, goodBytes } = decodeJournal(Buffer.concat([WHOLE, WHOLE.subarray(from)]));
      assert.equal(commits.length, COMMITS.length, `from ${from}`);
      assert.equal(goodBytes, WHOLE.length);
    }
  });

  it('goes on behind a line that was written twice', () => {
    const twice = Buffer.concat([WHOLE, WHOLE.subarray(LAST_LINE_AT), Buffer.from(encodeCommit(5, ['on']))]);
    assert.deepEqual(itemsOf(twice), [...COMMITS, ['on']]);
  });

  it('passes over a tail of bytes that never reached the disk', () => {
    const zeros = Buffer.concat([WHOLE, Buffer.alloc(4096)]);
    assert.equal(decodeJournal(zeros).goodBytes, WHOLE.length);
  });

  it('refuses a journal in which any byte before the last commit has changed', () => {
    for (let at = 0; at < LAST_LINE_AT; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(WHOLE);
        changed[at]! ^= 1 << bit;
        assert.throws(() => decodeJournal(changed), JournalDamage, `bit ${bit} of byte ${at}`);
      }
    }
  });

  it('takes a changed byte in the last commit for a cut', () => {
    for (let at = LAST_LINE_AT; at < WHOLE.length; at += 1) {
      const changed = Buffer.from(WHOLE);
      changed[at]! ^= 1;
      assert.equal(decodeJournal(changed).goodBytes, LAST_LINE_AT);
    }
  });

  it('refuses a journal in which a commit is missing', () => {
    const gap = HEADER + encodeCommit(1, ['a']) + encodeCommit(3, ['c']);
    assert.throws(() => decodeJournal(Buffer.from(gap)), /a commit is missing before line 3/);
    assert.throws(() => decodeJournal(Buffer.from(HEADER + encodeCommit(2, ['b']))), JournalDamage);
  });

  it('says which line cannot be read', () => {
    const bad = `${HEADER}${encodeCommit(1, ['a'])}rubbish\n${encodeCommit(2, ['b'])}`;
    assert.throws(() => decodeJournal(Buffer.from(bad)), /line 3 cannot be read/);
  });

  it('says which format a journal of another version has', () => {
    const newer = Buffer.from('{"format":"sekoia-ledger","version":2}\nwhatever\n');
    assert.throws(() => decodeJournal(newer), /format 2.*reads format 1/);
  });

  for (const foreign of ['hello\n', '{"format":"other","version":1}\n', '\0'.repeat(100), '{}'])
    it(`refuses what is no journal: ${JSON.stringify(foreign.slice(0, 40))}`, () => {
      assert.throws(() => decodeJournal(Buffer.from(foreign)), /not that of a ledger/);
    });
});
