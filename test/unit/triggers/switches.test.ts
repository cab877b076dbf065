import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

import { JsonFile } from '../../../lib/storage/json-file';
import { NotRememberedError, Switches } from '../../../lib/triggers/switches';
import { useTempFolder } from '../support/temp-folder';

const DAY_MS = 24 * 3600 * 1000;

describe('the switches of triggers', () => {
  const at = useTempFolder();
  let troubles: string[];

  beforeEach(() => {
    troubles = [];
  });

  const open = (): Switches => new Switches(new JsonFile(at('switches.json')), (text) => troubles.push(text));

  it('are on by default, and stay off when they are turned off', async () => {
    assert.equal(await open().isOn('a'), true);
    await open().set('a', false);
    assert.deepEqual([await open().isOn('a'), await open().isOn('b')], [false, true]);
    await open().set('a', true);
    assert.equal(await open().isOn('a'), true);
  });

  it('accept any id', async () => {
    const switches = open();
    for (const id of ['__proto__', 'constructor', 'ünïcode "x"\n']) {
      await switches.set(id, false);
      assert.equal(await open().isOn(id), false);
    }
    assert.equal(await open().isOn('toString'), true);
  });

  it('are saved together when they change at the same time', async () => {
    const switches = open();
    const ids = Array.from({ length: 20 }, (_, index) => `trigger-${index}`);
    await Promise.all(ids.map((id) => switches.set(id, false)));
    const again = open();
    for (const id of ids) assert.equal(await again.isOn(id), false);
  });

  it('stay unchanged when the disk fails', async () => {
    const switches = open();
    mkdirSync(at('switches.json.new'));
    await assert.rejects(switches.set('a', false), NotRememberedError);
    await assert.rejects(
      switches.set('a', false),
      /switches\.json cannot be written.*EISDIR.*did not change/,
    );
    assert.equal(await switches.isOn('a'), true);
  });

  for (const content of ['', '{', 'null', '[]', '{"off":5}', '{"off":[]}', '\u0000'])
    it(`are all on, and report that, when the file contains ${JSON.stringify(content)}`, async () => {
      writeFileSync(at('switches.json'), content);
      assert.equal(await open().isOn('a'), true);
      assert.match(troubles.join(), /switches\.json cannot be read.*All triggers are on/);
    });

  it('forget a trigger that is gone for months, and keep one whose flow is disabled', async () => {
    const off = { gone: Date.now() - 91 * DAY_MS, disabled: Date.now() - 80 * DAY_MS, odd: 'x' };
    writeFileSync(at('switches.json'), JSON.stringify({ off }));
    const switches = open();
    assert.equal(await switches.isOn('gone'), true);
    assert.equal(await switches.isOn('odd'), true);
    assert.equal(await switches.isOn('disabled'), false);
    const kept = JSON.parse(readFileSync(at('switches.json'), 'utf8')) as { off: Record<string, number> };
    assert.ok(kept.off.disabled! > Date.now() - DAY_MS);
    assert.deepEqual(Object.keys(kept.off), ['disabled']);
  });

  it('last only as long as the process without a file', async () => {
    const switches = new Switches(undefined, (text) => troubles.push(text));
    await switches.set('a', false);
    assert.equal(await switches.isOn('a'), false);
  });
});
