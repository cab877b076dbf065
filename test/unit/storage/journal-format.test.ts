import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';

import fc from 'fast-check';

import { ForeignJournal, decodeJournal, encodeCommit, headerOf } from '../../../lib/storage/journal-format';

const HEADER = headerOf(7);

/** Each item is a number, a text that JSON and UTF-8 make longer, or what looks like a line of a journal. */
const COMMITS: unknown[][] = [
  [1, 'two'],
  ['é ✓ 💥 "quoted" \\ \n \u2028'],
  [['dead', 'a', 1, '0123456789abcdef 7:3 [1]']],
  [[], {}, null],
];

function journalOf(commits: unknown[][]): Buffer {
  return Buffer.from(HEADER + commits.map((items, at) => encodeCommit(7, at + 1, items)).join(''));
}

function itemsOf(content: Buffer): unknown[][] {
  const { commits, damage } = decodeJournal<unknown>(content);
  assert.equal(damage, undefined);
  return commits.map(({ items }) => items);
}

const WHOLE = journalOf(COMMITS);
const LAST_LINE_AT = journalOf(COMMITS.slice(0, -1)).length;

describe('the journal format', () => {
  it('has its name, version and epoch in the first line', () => {
    assert.equal(HEADER, '{"format":"sekoia-ledger","version":2,"epoch":7}\n');
  });

  it('has the epoch in each commit, covered by the checksum', () => {
    const line = encodeCommit(7, 1, ['a']);
    assert.match(line, /^[0-9a-f]{16} 7:1 \["a"\]\n$/);
    const otherOwner = Buffer.from(HEADER + line.replace(' 7:', ' 8:'));
    assert.deepEqual(itemsOf(otherOwner), []);
  });

  it('can read version 1, which had no owners', () => {
    const text = '1 ["a"]';
    const sum = createHash('sha256').update(text).digest('hex').slice(0, 16);
    const old = `{"format":"sekoia-ledger","version":1}\n${sum} ${text}\n`;
    assert.deepEqual(itemsOf(Buffer.from(old)), [['a']]);
  });

  it('reads back what was written', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.jsonValue(), { maxLength: 5 }), { maxLength: 5 }), (commits) => {
        const expected = JSON.parse(JSON.stringify(commits)) as unknown;
        assert.deepEqual(itemsOf(journalOf(commits)), expected);
      }),
    );
  });

  it('can read the whole commits of a journal that was cut at any byte', () => {
    for (let length = 0; length <= WHOLE.length; length += 1) {
      const items = itemsOf(WHOLE.subarray(0, length));
      assert.deepEqual(items, COMMITS.slice(0, items.length));
      const more = journalOf(COMMITS.slice(0, items.length + 1)).length;
      assert.ok(length < more || items.length === COMMITS.length, `what is whole at ${length} is read`);
    }
  });

  it('can read a journal whose tail was written twice, from any byte', () => {
    for (let from = 0; from <= WHOLE.length; from += 1)
      assert.deepEqual(itemsOf(Buffer.concat([WHOLE, WHOLE.subarray(from)])), COMMITS, `from ${from}`);
  });

  it('can read on after a line that was written twice', () => {
    const more = Buffer.from(encodeCommit(7, 5, ['on']));
    const twice = Buffer.concat([WHOLE, WHOLE.subarray(LAST_LINE_AT), more]);
    assert.deepEqual(itemsOf(twice), [...COMMITS, ['on']]);
  });

  it('ignores a tail of bytes that never reached the disk', () => {
    assert.deepEqual(itemsOf(Buffer.concat([WHOLE, Buffer.alloc(4096)])), COMMITS);
  });

  it('detects damage of any bit before the last commit, and keeps all undamaged commits', () => {
    for (let at = 0; at < LAST_LINE_AT; at += 1) {
      for (let bit = 0; bit < 8; bit += 1) {
        const changed = Buffer.from(WHOLE);
        changed[at]! ^= 1 << bit;
        let decoded;
        try {
          decoded = decodeJournal(changed);
        } catch (error) {
          // A digit has become that of a version to come.
          assert.match((error as ForeignJournal).message, /it has format [367]/);
          continue;
        }
        // A digit of the epoch in the header says nothing that the lines do not.
        if (/^.{46}\d\}$/.test(changed.toString('latin1', 0, HEADER.length - 1))) continue;
        const { commits, damage } = decoded;
        assert.ok(damage !== undefined, `bit ${bit} of byte ${at}`);
        const items = [...commits, ...damage.behind].map((commit) => commit.items);
        assert.ok(items.length >= COMMITS.length - 2, `bit ${bit} of byte ${at}: ${items.length} are read`);
        for (const one of items) assert.ok(COMMITS.some((known) => isEqual(known, one)));
        assert.deepEqual(
          commits.map(({ number }) => number),
          commits.map((_, index) => index + 1),
        );
      }
    }
  });

  it('treats a changed byte in the last commit as a cut', () => {
    for (let at = LAST_LINE_AT; at < WHOLE.length; at += 1) {
      const changed = Buffer.from(WHOLE);
      changed[at]! ^= 1;
      assert.deepEqual(itemsOf(changed), COMMITS.slice(0, -1));
    }
  });

  it('detects a missing commit, and keeps what follows it', () => {
    const gap = HEADER + encodeCommit(7, 1, ['a']) + encodeCommit(7, 3, ['c']) + encodeCommit(7, 4, ['d']);
    const { commits, damage } = decodeJournal(Buffer.from(gap));
    assert.deepEqual(commits, [{ number: 1, items: ['a'] }]);
    assert.match(damage!.where, /a commit is missing before line 3/);
    assert.deepEqual(damage!.behind, [
      { number: 3, items: ['c'] },
      { number: 4, items: ['d'] },
    ]);
  });

  it('says which line cannot be read', () => {
    const bad = `${HEADER}${encodeCommit(7, 1, ['a'])}rubbish\n${encodeCommit(7, 2, ['b'])}`;
    const { commits, damage } = decodeJournal(Buffer.from(bad));
    assert.equal(damage?.where, 'line 3 cannot be read');
    // Nothing is missing all the same.
    assert.equal(commits.length, 2);
  });

  it('keeps the commits after an unreadable first line', () => {
    const { commits, damage } = decodeJournal(Buffer.from(`rubbish\n${encodeCommit(7, 1, ['a'])}`));
    assert.deepEqual(commits, [{ number: 1, items: ['a'] }]);
    assert.equal(damage?.where, 'line 1 cannot be read');
  });

  it('names the format of a journal of a later version', () => {
    const newer = `{"format":"sekoia-ledger","version":3}\n${encodeCommit(7, 1, ['a'])}`;
    assert.throws(() => decodeJournal(Buffer.from(newer)), /format 3.*reads formats up to 2/);
  });

  for (const foreign of ['hello\n', '{"format":"other","version":1}\n', '\0'.repeat(100), '{}'])
    it(`rejects what is no journal: ${JSON.stringify(foreign.slice(0, 40))}`, () => {
      assert.throws(() => decodeJournal(Buffer.from(foreign)), ForeignJournal);
    });
});

function isEqual(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
