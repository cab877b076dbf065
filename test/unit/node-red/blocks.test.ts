import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import fc from 'fast-check';

import { addBlock } from '../../../lib/node-red/blocks';

interface Message {
  sekoia: { node: Record<string, unknown> };
}

/** The blocks of the message after one more was added. */
function blocksAfter(msg: object, output: unknown = 'new'): Record<string, unknown> {
  addBlock(msg, output);
  return (msg as Message).sekoia.node;
}

describe('the blocks of a message', () => {
  it('start at 0 for the trigger, and count up', () => {
    const msg = {};
    assert.deepEqual(blocksAfter(msg, 'trigger'), { 0: 'trigger' });
    assert.deepEqual(blocksAfter(msg, 'first'), { 0: 'trigger', 1: 'first' });
    assert.deepEqual(blocksAfter(msg, 'second'), { 0: 'trigger', 1: 'first', 2: 'second' });
  });

  it('leave the rest of the message unchanged', () => {
    const run = { id: 'r-1', attempt: 1, source: 'live' };
    const msg = { _msgid: 'm-1', payload: { a: 1 }, sekoia: { run, node: { 0: 'trigger' } } };
    addBlock(msg, 'first');
    assert.deepEqual(msg, {
      _msgid: 'm-1',
      payload: { a: 1 },
      sekoia: { run, node: { 0: 'trigger', 1: 'first' } },
    });
    assert.equal(msg.sekoia.run, run);
  });

  it('contain the given output, not a copy', () => {
    const output = { rule: { name: 'Brute force' } };
    assert.equal(blocksAfter({}, output)[0], output);
  });

  it('follow the highest number, also after a gap', () => {
    assert.deepEqual(blocksAfter({ sekoia: { node: { 0: 'a', 5: 'b' } } }), { 0: 'a', 5: 'b', 6: 'new' });
  });

  it('ignore names that are no block numbers', () => {
    const names = {
      '': 'x',
      ' 3': 'x',
      '1e3': 'x',
      '-2': 'x',
      '1.5': 'x',
      '0x10': 'x',
      '007': 'x',
      name: 'x',
    };
    assert.deepEqual(blocksAfter({ sekoia: { node: { ...names } } }), { ...names, 0: 'new' });
    assert.deepEqual(blocksAfter({ sekoia: { node: { 0: 'a', ...names } } }), { 0: 'a', ...names, 1: 'new' });
  });

  for (const wrong of [null, undefined, 7, 'text', [], true])
    it(`replace ${inspect(wrong)}`, () => {
      assert.deepEqual(blocksAfter({ sekoia: wrong }), { 0: 'new' });
      assert.deepEqual(blocksAfter({ sekoia: { node: wrong } }), { 0: 'new' });
    });

  it('are never overwritten', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(fc.nat().map(String), fc.string()), fc.jsonValue()), (node) => {
        const before = structuredClone(node);
        const after = blocksAfter({ sekoia: { node } });
        assert.equal(Object.keys(after).length, Object.keys(before).length + 1);
        for (const [name, value] of Object.entries(before)) assert.deepEqual(after[name], value);
      }),
    );
  });
});
