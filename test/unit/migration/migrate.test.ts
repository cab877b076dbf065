import assert from 'node:assert/strict';

import { migrate, newestVersion, type MigrationStep } from '../../../lib/migration/migrate';

/** Invented: version 2 renames a property, version 3 turns a text into a list, version 4 changes nothing. */
const STEPS: readonly MigrationStep[] = [
  ({ filter, ...rest }) => ({ ...rest, rules: filter }),
  ({ rules, ...rest }) => ({ ...rest, rules: typeof rules === 'string' ? rules.split(',') : rules }),
  (config) => config,
];

describe('migration', () => {
  it('brings a configuration of any version to the newest', () => {
    const newest = { name: 'x', rules: ['a', 'b'], configVersion: 4 };
    assert.deepEqual(migrate({ name: 'x', filter: 'a,b', configVersion: 1 }, STEPS).config, newest);
    assert.deepEqual(migrate({ name: 'x', rules: 'a,b', configVersion: 2 }, STEPS).config, newest);
    assert.deepEqual(migrate({ name: 'x', rules: ['a', 'b'], configVersion: 3 }, STEPS).config, newest);
    assert.equal(newestVersion(STEPS), 4);
  });

  it('takes a configuration without a version for the first one', () => {
    for (const configVersion of [undefined, null, '', 0, -1, 1.5, 'x', NaN, {}, '1']) {
      const { config, changed } = migrate({ filter: 'a', configVersion }, STEPS);
      assert.deepEqual(config, { rules: ['a'], configVersion: 4 }, JSON.stringify(configVersion));
      assert.ok(changed);
    }
  });

  it('reads a version that was saved as text', () => {
    assert.deepEqual(migrate({ rules: 'a', configVersion: '2' }, STEPS).config, {
      rules: ['a'],
      configVersion: 4,
    });
  });

  it('returns the same object if there is nothing to do', () => {
    const newest = { rules: [], configVersion: 4 };
    assert.equal(migrate(newest, STEPS).config, newest);
    assert.equal(migrate(newest, STEPS).changed, false);
    assert.equal(migrate(newest, STEPS).warning, undefined);
    const unversioned = { rules: [] };
    assert.equal(migrate(unversioned, []).config, unversioned);
    assert.equal(migrate(unversioned, []).changed, false);
  });

  it('leaves a configuration of a newer version untouched, and reports that', () => {
    const newer = { rules: { deep: true }, configVersion: 7 };
    const { config, changed, warning } = migrate(newer, STEPS);
    assert.equal(config, newer);
    assert.equal(changed, false);
    assert.match(
      warning ?? '',
      /newer version .* \(configuration 7; this one knows 4\).*: update the package/,
    );
  });

  it('keeps unknown properties', () => {
    const { config } = migrate({ filter: 'a', wires: [['n']], x: 10, extra: { y: null } }, STEPS);
    assert.deepEqual(config, {
      rules: ['a'],
      wires: [['n']],
      x: 10,
      extra: { y: null },
      configVersion: 4,
    });
  });

  it('never changes its input, even if a step changes its argument', () => {
    const rude: MigrationStep = (config) => {
      (config.list as string[]).push('new');
      return Object.assign(config, { name: 'changed' });
    };
    const before = Object.freeze({ name: 'x', list: Object.freeze(['old']) });
    const { config } = migrate(before, [rude]);
    assert.deepEqual(before, { name: 'x', list: ['old'] });
    assert.deepEqual(config, { name: 'changed', list: ['old', 'new'], configVersion: 2 });
  });

  it('sets the version, whatever a step sets', () => {
    const { config } = migrate({}, [(old) => ({ ...old, configVersion: 99 })]);
    assert.deepEqual(config, { configVersion: 2 });
  });
});
