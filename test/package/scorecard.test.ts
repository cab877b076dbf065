/**
 * The rules by which the flow library (flows.nodered.org) judges a package, on what `npm run build` made.
 * Its own tool needs the network and is no longer maintained. Of its rules, P02 is switched off there, P08 never
 * fires, and D02 asks for one old dependency that none of ours has.
 */
import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import { LOCK, PACKAGE, SETS, readJson } from './support/package-json';
import { ROOT } from './support/paths';
import { registeredTypes, type RegisteredType } from './support/registered-types';

/** The Node-RED lines that are supported, and the oldest Node.js of the newest of them. */
const NODE_RED_LINES = ['4.1.15', '5.0.7'];
const OLDEST_NODE_OF_NEWEST_LINE = '22.9.0';

describe('the scorecard of the flow library', () => {
  it('P01: has a license', () => {
    assert.ok(PACKAGE.license);
    assert.ok(existsSync(path.join(ROOT, 'LICENSE')));
  });

  it('P03: says where its source and its issues are', () => {
    assert.ok(PACKAGE.repository);
    assert.ok(PACKAGE.bugs);
  });

  it('P04: has a scoped name', () => {
    assert.match(PACKAGE.name, /^@[a-z\d][\w-.]+\/[a-z\d][\w-.]*$/);
  });

  it('P05: has the keyword node-red, and a README, without which it is not listed', () => {
    assert.ok(PACKAGE.keywords?.includes('node-red'));
    assert.ok(existsSync(path.join(ROOT, 'README.md')));
  });

  it('P06: accepts every supported Node-RED', () => {
    const oldest = leastOf(PACKAGE['node-red'].version);
    for (const version of NODE_RED_LINES) assert.ok(isAtLeast(version, oldest), version);
  });

  it('P07: accepts the oldest Node.js of the newest Node-RED', () => {
    assert.ok(isAtLeast(OLDEST_NODE_OF_NEWEST_LINE, leastOf(PACKAGE.engines?.node)));
  });

  it('N01: node types have a prefix of their own', () => {
    // Whether another package uses the name, only the library's catalogue knows.
    for (const { type } of allTypes()) assert.match(type, /^sekoia-[a-z-]+$/);
  });

  it('N02: every node type is in an example, and every example is a flow', () => {
    const used = new Set(exampleNodes().map(({ type }) => type));
    for (const { type, category } of allTypes()) if (category !== 'config') assert.ok(used.has(type), type);
  });

  it('D01: has at most six dependencies', () => {
    assert.ok(Object.keys(PACKAGE.dependencies ?? {}).length <= 6);
  });

  // Whether there is a newer major only the registry knows, and tests need no network. What can be known here:
  // each range follows its major (a caret, above 0.x), and the lock has nothing older than it asks for.
  for (const [name, range] of Object.entries(PACKAGE.dependencies ?? {})) {
    it(`D03: ${name} is kept up to date within its major`, () => {
      const [, declared = ''] = /^\^([1-9]\d*\.\d+\.\d+)$/.exec(range) ?? [];
      assert.notEqual(declared, '', `${range} is not a caret range above 0.x`);
      const locked = LOCK.packages[`node_modules/${name}`]?.version ?? '';
      assert.ok(isAtLeast(locked, declared), `${locked} is locked`);
      assert.equal(majorOf(locked), majorOf(declared));
      const others = Object.entries(LOCK.packages).filter(([place]) =>
        place.endsWith(`/node_modules/${name}`),
      );
      for (const [place, { version }] of others)
        assert.ok(majorOf(version) <= majorOf(locked), `${place} has a newer major: ${version}`);
    });
  }
});

describe('the flow library’s static analysis', () => {
  for (const [set, file] of SETS) {
    it(`finds ${set} with its defaults, color, icon and ports`, () => {
      const types = typesOf(file);
      assert.deepEqual(
        types.map(({ type }) => type),
        [set],
      );
      const [{ defaults, credentials, category, color, icon, inputs, outputs }] = types as [RegisteredType];
      assert.ok(defaults?.includes('name'), 'defaults must be written out');
      assert.equal(typeof category, 'string');
      if (category === 'config') {
        assert.deepEqual(credentials, ['apiKey']);
        return;
      }
      assert.equal(category, 'Sekoia.io');
      assert.match(String(color), /^#[0-9a-f]{6}$/);
      assert.ok(inputs === 0 || inputs === 1);
      assert.ok(typeof outputs === 'number');
      assert.ok(existsSync(path.join(ROOT, path.dirname(file), 'icons', String(icon))), String(icon));
    });
  }

  it('finds each icon in white on transparent, 40 × 60', () => {
    for (const icon of readdirSync(path.join(ROOT, 'icons'))) {
      const svg = readFileSync(path.join(ROOT, 'icons', icon), 'utf8');
      assert.match(svg, /width="40" height="60" viewBox="0 0 40 60"/, icon);
      const colours = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
      assert.ok(
        colours.every((colour) => colour === '#fff' || colour === 'none'),
        icon,
      );
    }
  });
});

/** The version that a range like `>=4.1.0` begins with. */
function leastOf(range = ''): string {
  const [, version] = /^>=(\d+(?:\.\d+)*)$/.exec(range) ?? [];
  assert.ok(version, `"${range}" is not an open range`);
  return version;
}

function isAtLeast(version: string, least: string): boolean {
  return version.localeCompare(least, 'en', { numeric: true }) >= 0;
}

function majorOf(version: string): number {
  return Number(version.split('.')[0]);
}

function typesOf(file: string): RegisteredType[] {
  const html = path.join(ROOT, file.replace(/\.js$/, '.html'));
  assert.ok(existsSync(html), `${html} is missing: npm run build`);
  return registeredTypes(readFileSync(html, 'utf8'));
}

function allTypes(): RegisteredType[] {
  return SETS.flatMap(([, file]) => typesOf(file));
}

function exampleNodes(): { type: string }[] {
  const files = readdirSync(path.join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .flatMap((file) => {
      const flow = readJson(path.join('examples', file));
      assert.ok(Array.isArray(flow), `${file} is not a flow`);
      return flow as { type: string }[];
    });
}
