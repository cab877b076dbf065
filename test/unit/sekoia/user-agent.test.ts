import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { USER_AGENT } from '../../../lib/sekoia/user-agent';

describe('the User-Agent', () => {
  it('has the version of package.json', () => {
    const path = join(__dirname, '../../../package.json');
    const { version } = JSON.parse(readFileSync(path, 'utf8')) as { version: string };
    assert.equal(USER_AGENT, `node-red-sekoia/${version}`);
  });
});
