import assert from 'node:assert/strict';

import fc from 'fast-check';

import { withoutCredentials } from '../../../lib/history/request-url';

const TOKEN = 'tG7xQ2mWv9LpR4sYbK8cZ1';
const UUID = '5a1b5d0c-0000-4000-8000-00000000000a';

describe('history: the address of a request', () => {
  for (const address of [
    'https://thehive.example.org/api/v1/alert',
    'http://127.0.0.1:8080/api/alerts?community=acme&limit=5',
    `https://tool.example.org/alerts/${UUID}/comments`,
    'https://tool.example.org/alerts/ALq7Zk2PmN4x',
    'https://tool.example.org/rest/api/3/issue?updateHistory=true&fields=summary,labels',
    'https://tool.example.org/a%2Fb/?q=%E2%82%AC',
    'tool.example.org/api',
    '/api',
    '',
  ])
    it(`stays as it is: ${address}`, () => {
      assert.equal(withoutCredentials(address), address);
    });

  for (const [address, shown] of [
    ['https://user:secret@tool.example.org/api', 'https://tool.example.org/api'],
    ['https://user@tool.example.org:8443/api', 'https://tool.example.org:8443/api'],
    ['https://user:p@ss@tool.example.org/api', 'https://tool.example.org/api'],
    ['user:secret@tool.example.org/api', 'tool.example.org/api'],
    ['https://t.example.org/api#access_token=abc', 'https://t.example.org/api'],
    ['https://t.example.org/a?api_key=abc&x=1', 'https://t.example.org/a?api_key=<removed>&x=1'],
    ['https://t.example.org/a?x=1&Access-Token=abc', 'https://t.example.org/a?x=1&Access-Token=<removed>'],
    ['https://t.example.org/a?api%5Fkey=abc', 'https://t.example.org/a?api%5Fkey=<removed>'],
    ['https://t.example.org/a?sv=1&sig=abc%3D', 'https://t.example.org/a?sv=1&sig=<removed>'],
    [
      'https://t.example.org/a?code=abc&key=&pwd=x',
      'https://t.example.org/a?code=<removed>&key=<removed>&pwd=<removed>',
    ],
    [`https://t.example.org/a?${TOKEN}`, 'https://t.example.org/a?<removed>'],
    [
      `https://hooks.example.org/services/T01AB/B02CD/${TOKEN}`,
      'https://hooks.example.org/services/T01AB/B02CD/<removed>',
    ],
    [
      `https://chat.example.org/hooks/${UUID.replaceAll('-', '')}`,
      'https://chat.example.org/hooks/<removed>',
    ],
    [
      `https://api.example.org/bot123456:${TOKEN}/sendMessage`,
      'https://api.example.org/<removed>/sendMessage',
    ],
  ] as const)
    it(`loses what may be a credential: ${address}`, () => {
      assert.equal(withoutCredentials(address), shown);
    });

  it('never holds the password or a parameter that names a credential, whatever is around it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 20 }).map((part) => encodeURIComponent(part));
    const parameter = fc.constantFrom(
      'token',
      'apikey',
      'X-Api-Key',
      'client_secret',
      'Signature',
      'password',
    );
    fc.assert(
      fc.property(text, parameter, text, (before, name, after) => {
        const address = `https://me:SeCrEt@tool.example.org/${before}?a=${after}&${name}=SeCrEt&b=${before}`;
        const shown = withoutCredentials(address);
        assert.ok(!shown.includes('SeCrEt'), shown);
        assert.ok(shown.startsWith('https://tool.example.org/'), shown);
      }),
    );
  });

  it('is read no further than anybody looks', () => {
    const parts = ['a', '/', '&', '@', '%', '?', '#', '//', 'A1a'];
    for (const part of parts) {
      const shown = withoutCredentials(`https://tool.example.org/${part.repeat(1_000_000)}`);
      assert.ok(shown.length <= 4_000, part);
    }
  });
});
