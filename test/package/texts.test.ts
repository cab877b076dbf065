import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { PLUGINS, SETS } from './support/package-json';
import { ROOT } from './support/paths';
import { registeredTypes } from './support/registered-types';
import { catalogue, codeIn, describedIn, help, LANGUAGES } from './support/texts';
import { usedKeys } from './support/used-keys';

/**
 * Keys whose last part is only known when the code runs. Each prefix that the code uses stands here, so that
 * nobody adds one without thinking of how it is tested.
 */
const DYNAMIC_PREFIXES = [
  'sekoia-alert-created.canvas.',
  'sekoia-alert-created.canvas-one.',
  'sekoia-alert-created.choice-hint.',
  'sekoia-alert-created.error.',
  'sekoia-alert-created.label.',
  'sekoia-alert-created.placeholder.',
  'sekoia-alert-created.status.',
  'sekoia-alert-created.suggest.',
  'sekoia-alert-created.summary.',
  'sekoia-alert-created.tags.',
  'sekoia-alert-delivered.status.',
  'sekoia-config.region.',
  'sekoia-config.test.',
  'sekoia-get-alert.cost.',
  'sekoia-get-alert.short.',
  'sekoia-runs.figure.',
  'sekoia-runs.problem.',
  'sekoia-runs.source.',
  'sekoia-runs.state.',
  'sekoia-runs.status.',
];

/** Properties that a user neither sees nor sets: the type of a typed input, and the version. */
const NOT_IN_HELP = /Type$|^configVersion$/;

/** Properties that are one line of the form and of the help, with the label that both have. */
const DESCRIBED_AS: Readonly<Record<string, string>> = {
  urgencyMin: 'urgency',
  urgencyMax: 'urgency',
  startAgoHours: 'startFrom',
};

/** What each node reads and writes of a message, as its help names it. */
const MESSAGE_PROPERTIES: Readonly<Record<string, readonly string[]>> = {
  'sekoia-config': [],
  'sekoia-alert-created': [
    'topic',
    'payload',
    'event_type',
    'alert_uuid',
    'short_id',
    'title',
    'status',
    'created_at',
    'urgency',
    'entity',
    'alert_type',
    'rule',
    'first_seen_at',
    'last_seen_at',
    'community_uuid',
    'url',
    'sekoia',
    'run',
    'attempt',
    'source',
    'alert',
    'node',
    'msg.error',
  ],
  'sekoia-alert-delivered': ['sekoia.alert.uuid', 'msg.error.code'],
  'sekoia-get-alert': ['payload.alert_uuid', 'payload', 'sekoia.node', 'msg.error.code'],
  'sekoia-template': ['payload', 'sekoia.node', 'msg.error.code'],
};

for (const set of [...SETS.map(([name]) => name), ...PLUGINS])
  describe(`the texts of ${set}`, () => {
    const english = catalogue(set, 'en-US');

    it('have the same keys and placeholders in all languages, and none is empty', () => {
      for (const language of LANGUAGES) {
        const texts = catalogue(set, language);
        assert.deepEqual([...texts.keys()].sort(), [...english.keys()].sort(), language);
        for (const [key, text] of texts) {
          assert.notEqual(text.trim(), '', `${language} ${key}`);
          assert.deepEqual(placeholders(text), placeholders(english.get(key)!), `${language} ${key}`);
        }
      }
    });

    it('include every text that is used', () => {
      const { keys, prefixes } = usedKeys(set);
      assert.ok(keys.size > 0);
      for (const key of keys) assert.ok(english.has(key), `${key} is missing`);
      for (const prefix of prefixes) {
        assert.ok(DYNAMIC_PREFIXES.includes(prefix), `${prefix} is not among the dynamic prefixes`);
        assert.ok(
          [...english.keys()].some((key) => key.startsWith(prefix)),
          `${prefix}… is missing`,
        );
      }
    });

    it('include no text that is not used', () => {
      const { keys, prefixes } = usedKeys(set);
      for (const key of english.keys()) {
        // The singular of a text belongs to the text: i18next picks it when it is given a count of 1.
        const isUsed =
          keys.has(key.replace(/_one$/, '')) || [...prefixes].some((prefix) => key.startsWith(prefix));
        assert.ok(isUsed, `${key} is not used`);
      }
    });
  });

for (const [set, file] of SETS)
  describe(`the help of ${set}`, () => {
    const html = readFileSync(path.join(ROOT, 'nodes', set, path.basename(file, '.js') + '.html'), 'utf8');
    // What is registered is read from the source; its editor code is of no matter here.
    const types = registeredTypes(html.replaceAll('src="editor.ts"', ''));

    for (const { type, defaults = [], credentials = [] } of types) {
      for (const language of LANGUAGES) {
        it(`describes every property and every part of the message (${type}, ${language})`, () => {
          const texts = catalogue(set, language);
          const text = help(type, language);
          assert.notEqual(text, '', 'there is none');
          const described = describedIn(text);
          for (const property of [...defaults, ...credentials]) {
            if (NOT_IN_HELP.test(property)) continue;
            const label = texts.get(`${set}.label.${DESCRIBED_AS[property] ?? property}`) ?? property;
            assert.ok(described.includes(label), `${property} ("${label}") is not described`);
          }
          const named = [...described, ...codeIn(text)];
          for (const property of MESSAGE_PROPERTIES[type]!)
            assert.ok(named.includes(property), `${property} is not described`);
        });

        it(`follows Node-RED's help style (${type}, ${language})`, () => {
          const text = help(type, language);
          assert.match(text.trim(), /^<p>/, 'the first paragraph is the tooltip in the palette');
          assert.doesNotMatch(text, /<(?:b|i|h1|h2|script|style)\b/);
          for (const [link] of text.matchAll(/<a [^>]*>/g))
            assert.match(link, /href="https:\/\/[^"]+" target="_blank" rel="noopener"/);
        });
      }

      it(`has the same parts in all languages (${type})`, () => {
        const outlines = LANGUAGES.map((language) => help(type, language).match(/<(?:h3|h4|p|dt|li|a)\b/g));
        for (const outline of outlines) assert.deepEqual(outline, outlines[0]);
      });
    }
  });

/** The values to fill in: `__line__`. */
function placeholders(text: string): string[] {
  return (text.match(/__[a-zA-Z]+?__/g) ?? []).sort();
}
