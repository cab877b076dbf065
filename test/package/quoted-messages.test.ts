/**
 * The docs quote what the editor shows and what the log says: in “quotation marks”, with … for what varies. Each
 * of these texts has to exist, in the English texts or in the code. Bold words within a sentence of
 * docs/reliability.md are options of a node and have to be labels.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { messagesIn } from './support/messages';
import { PLUGINS, SETS } from './support/package-json';
import { ROOT } from './support/paths';
import { catalogue } from './support/texts';

/** Node-RED's own options, which are in none of the texts of this package. */
const LABELS_OF_NODE_RED = ['Enable connection keep-alive'];

const SHOWN = [...SETS.map(([set]) => set), ...PLUGINS].flatMap((set) => [...catalogue(set, 'en-US')]);
const LABELS = SHOWN.filter(([key]) => key.includes('.label.')).map(([, text]) => text);
const MESSAGES = [
  ...SHOWN.map(([, text]) => text.replace(/__\w+?__/g, '…')),
  ...messagesIn(path.join(ROOT, 'lib')),
  ...messagesIn(path.join(ROOT, 'nodes')),
];

for (const file of ['docs/reliability.md', 'README.md'])
  describe(`quoted messages: ${file}`, () => {
    const quoted = quotedIn(textOf(file));

    it('quotes something', () => {
      assert.ok(quoted.length > 0);
    });

    for (const text of quoted)
      it(`“${text}” exists`, () => {
        const pattern = patternOf(text);
        assert.ok(
          MESSAGES.some((message) => pattern.test(message)),
          'It is in no text and in no message of the code',
        );
      });
  });

describe('options named in docs/reliability.md', () => {
  const options = optionsIn(textOf('docs/reliability.md'));

  it('names something', () => {
    assert.ok(options.length > 0);
  });

  for (const option of options)
    it(`${option} is a label`, () => {
      assert.ok([...LABELS, ...LABELS_OF_NODE_RED].includes(option));
    });
});

describe('the comparison of quoted messages', () => {
  it('finds a message with values, and none that differs', () => {
    const message = 'The ledger … cannot be used: …. Free the disk';
    assert.match(message, patternOf('The ledger … cannot be used'));
    assert.match(message, patternOf('… cannot be used: …'));
    assert.doesNotMatch(message, patternOf('The ledger … cannot be read'));
    assert.doesNotMatch(message, patternOf('ledger … cannot be used'));
  });
});

function textOf(file: string): string {
  return readFileSync(path.join(ROOT, file), 'utf8');
}

/** Each text once, without the explanation of the marks and a mark alone. */
function quotedIn(markdown: string): string[] {
  const quoted = [...markdown.matchAll(/“([^”]+)”/g)].map(([, text = '']) => text);
  return [...new Set(quoted)].filter((text) => text !== '…' && text !== 'quotation marks');
}

/** What is bold and no heading of a paragraph, which ends with a full stop. */
function optionsIn(markdown: string): string[] {
  const bold = [...markdown.matchAll(/\*\*([^*]+)\*\*/g)].map(([, text = '']) => text);
  return [...new Set(bold)].filter((text) => !text.endsWith('.') && text !== 'Bold');
}

/** A quoted text may end early, at the end of a word, but begins where the message begins. */
function patternOf(quoted: string): RegExp {
  const parts = quoted.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}(?!\\w)`);
}
