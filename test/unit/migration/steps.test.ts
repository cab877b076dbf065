import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { migrateNode, STEPS, type VersionedType } from '../../../lib/migration/steps';
import { newestVersion } from '../../../lib/migration/migrate';

const NODES = path.resolve(__dirname, '../../../nodes');

describe('the migration of the node types', () => {
  for (const [type, steps] of Object.entries(STEPS)) {
    it(`starts from the newest version for a new ${type}`, () => {
      const html = readFileSync(path.join(NODES, type, `${type}.html`), 'utf8');
      const version = /configVersion: \{\s*value: (\d+)/.exec(html)?.[1];
      assert.equal(Number(version), newestVersion(steps));
    });
  }

  it('changes nothing in a current configuration', () => {
    for (const type of Object.keys(STEPS) as VersionedType[]) {
      const config = { name: 'x', configVersion: newestVersion(STEPS[type]) };
      assert.equal(migrateNode(type, config).config, config);
    }
  });
});
