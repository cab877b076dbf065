import assert from 'node:assert/strict';

import { type Addresses, REGIONS, alertPage, deriveAddresses } from '../../../lib/sekoia/addresses';
import { SekoiaError } from '../../../lib/sekoia/errors';

const FRA1: Addresses = {
  api: 'https://api.sekoia.io/api/v1',
  live: 'wss://app.sekoia.io/live/',
  app: 'https://app.sekoia.io',
  intake: 'https://intake.sekoia.io',
};

/** A region whose documented base is on its app host. */
function onAppHost(region: string): Addresses {
  return {
    api: `https://app.${region}.sekoia.io/api/v1`,
    live: `wss://app.${region}.sekoia.io/live/`,
    app: `https://app.${region}.sekoia.io`,
    intake: `https://intake.${region}.sekoia.io/api/v1/intake-http`,
  };
}

const SGP1: Addresses = {
  api: 'https://api.sgp1.sekoia.io/api/v1',
  live: 'wss://app.sgp1.sekoia.io/live/',
  app: 'https://app.sgp1.sekoia.io',
  intake: 'https://intake.sgp1.sekoia.io',
};

/** A host that is not Sekoia's: a simulator or a reverse proxy. */
function onOwnHost(root: string): Addresses {
  return {
    api: `${root}/api/v1`,
    live: `${root.replace('http', 'ws')}/live/`,
    app: root,
    intake: `${root}/api/v1/intake-http`,
  };
}

const OF_REGION: Record<string, Addresses> = {
  FRA1,
  FRA2: onAppHost('fra2'),
  MCO1: onAppHost('mco1'),
  UAE1: onAppHost('uae1'),
  USA1: onAppHost('usa1'),
  SGP1,
};

const SPELLINGS: [given: string, addresses: Addresses][] = [
  // FRA1, whose hosts name no region
  ['https://api.sekoia.io', FRA1],
  ['https://api.sekoia.io/', FRA1],
  ['https://api.sekoia.io///', FRA1],
  ['https://api.sekoia.io/api', FRA1],
  ['https://api.sekoia.io/api/', FRA1],
  ['https://api.sekoia.io/v1', FRA1],
  ['https://api.sekoia.io/v1/', FRA1],
  ['https://api.sekoia.io/api/v1', FRA1],
  ['https://api.sekoia.io/api/v1/', FRA1],
  ['https://api.sekoia.io/api/v1/sic/alerts?limit=1', FRA1],
  ['https://api.sekoia.io:443', FRA1],
  ['https://api.sekoia.io#top', FRA1],
  ['api.sekoia.io', FRA1],
  ['  api.sekoia.io/v1 \n', FRA1],
  ['HTTPS://API.Sekoia.IO/API/V1', FRA1],
  ['https://api.sekoia.io.', FRA1],
  ['https://app.sekoia.io', { ...FRA1, api: 'https://app.sekoia.io/api/v1' }],
  ['https://app.sekoia.io/operations/alerts', { ...FRA1, api: 'https://app.sekoia.io/api/v1' }],
  ['wss://app.sekoia.io/live/', { ...FRA1, api: 'https://app.sekoia.io/api/v1' }],
  ['https://intake.sekoia.io', FRA1],
  ['wss://live.sekoia.io', FRA1],
  // Regions
  ['https://app.fra2.sekoia.io', onAppHost('fra2')],
  ['https://app.fra2.sekoia.io/api/v1/', onAppHost('fra2')],
  ['app.mco1.sekoia.io/api', onAppHost('mco1')],
  ['https://app.uae1.sekoia.io/v1', onAppHost('uae1')],
  ['https://intake.uae1.sekoia.io/api/v1/intake-http', onAppHost('uae1')],
  ['wss://app.usa1.sekoia.io/live', onAppHost('usa1')],
  ['https://api.usa1.sekoia.io', { ...onAppHost('usa1'), api: 'https://api.usa1.sekoia.io/api/v1' }],
  ['https://api.sgp1.sekoia.io/v1', SGP1],
  ['https://app.sgp1.sekoia.io', { ...SGP1, api: 'https://app.sgp1.sekoia.io/api/v1' }],
  ['https://api.new-9.sekoia.io', { ...onAppHost('new-9'), api: 'https://api.new-9.sekoia.io/api/v1' }],
  // Ports and plain http
  [
    'https://api.sekoia.io:8443/api',
    {
      api: 'https://api.sekoia.io:8443/api/v1',
      live: 'wss://app.sekoia.io:8443/live/',
      app: 'https://app.sekoia.io:8443',
      intake: 'https://intake.sekoia.io:8443',
    },
  ],
  [
    'http://app.fra2.sekoia.io:8080',
    {
      api: 'https://app.fra2.sekoia.io:8080/api/v1',
      live: 'wss://app.fra2.sekoia.io:8080/live/',
      app: 'https://app.fra2.sekoia.io:8080',
      intake: 'https://intake.fra2.sekoia.io:8080/api/v1/intake-http',
    },
  ],
  ['http://localhost:3000', onOwnHost('http://localhost:3000')],
  ['http://127.0.0.1:3000/', onOwnHost('http://127.0.0.1:3000')],
  ['http://127.0.0.1:80/api/v1', onOwnHost('http://127.0.0.1')],
  ['http://[::1]:3000/v1', onOwnHost('http://[::1]:3000')],
  ['ws://localhost:3000/', onOwnHost('http://localhost:3000')],
  ['localhost:3000/api', onOwnHost('https://localhost:3000')],
  // A host of the user's own
  ['https://proxy.example.org', onOwnHost('https://proxy.example.org')],
  ['https://proxy.example.org/sekoia', onOwnHost('https://proxy.example.org/sekoia')],
  ['https://proxy.example.org/sekoia/', onOwnHost('https://proxy.example.org/sekoia')],
  ['https://proxy.example.org//soc//sekoia//api//v1//', onOwnHost('https://proxy.example.org/soc/sekoia')],
  ['https://proxy.example.org/sekoia/API/V1', onOwnHost('https://proxy.example.org/sekoia')],
  ['https://proxy.example.org/api/api', onOwnHost('https://proxy.example.org')],
  ['https://proxy.example.org/v1/v1', onOwnHost('https://proxy.example.org')],
  ['https://proxy.example.org/soc/operations/alerts/ALabc', onOwnHost('https://proxy.example.org/soc')],
  // Hosts that only look like Sekoia's
  ['https://api.sekoia.io.example.org', onOwnHost('https://api.sekoia.io.example.org')],
  ['https://apixsekoia.io', onOwnHost('https://apixsekoia.io')],
  ['https://api.a.b.sekoia.io', onOwnHost('https://api.a.b.sekoia.io')],
];

describe('addresses', () => {
  describe('of each region', () => {
    for (const { id, baseUrl } of REGIONS)
      it(`${id}, as documented: ${baseUrl}`, () => {
        assert.deepEqual(deriveAddresses({ baseUrl }), OF_REGION[id]);
      });

    it('are tested for all regions there are', () => {
      assert.deepEqual(
        REGIONS.map((region) => region.id),
        Object.keys(OF_REGION),
      );
    });
  });

  describe('from the spelling', () => {
    for (const [given, addresses] of SPELLINGS)
      it(JSON.stringify(given), () => {
        assert.deepEqual(deriveAddresses({ baseUrl: given }), addresses);
      });
  });

  describe('set individually', () => {
    const baseUrl = 'https://api.sekoia.io';

    it('are derived when blank', () => {
      assert.deepEqual(deriveAddresses({ baseUrl, liveUrl: '', appUrl: '  ', intakeUrl: '\n' }), FRA1);
    });

    const live: [given: string, address: string][] = [
      ['wss://live.example.org', 'wss://live.example.org/live/'],
      ['wss://live.example.org/', 'wss://live.example.org/live/'],
      ['wss://live.example.org/live', 'wss://live.example.org/live/'],
      ['wss://live.example.org//live//', 'wss://live.example.org/live/'],
      ['https://live.example.org/live/?x=1#y', 'wss://live.example.org/live/'],
      ['http://localhost:3001', 'ws://localhost:3001/live/'],
      ['ws://localhost:3001/socket', 'ws://localhost:3001/socket'],
      ['live.example.org', 'wss://live.example.org/live/'],
    ];
    for (const [given, address] of live)
      it(`LiveAPI: ${given}`, () => {
        assert.deepEqual(deriveAddresses({ baseUrl, liveUrl: given }), { ...FRA1, live: address });
      });

    const app: [given: string, address: string][] = [
      ['https://soc.example.org', 'https://soc.example.org'],
      ['https://soc.example.org/', 'https://soc.example.org'],
      ['https://soc.example.org/sekoia/', 'https://soc.example.org/sekoia'],
      ['https://soc.example.org/operations/alerts/ALabc?tab=1', 'https://soc.example.org'],
      ['https://soc.example.org//operations', 'https://soc.example.org'],
      ['http://operations/', 'http://operations'],
      ['http://operations/operations/alerts', 'http://operations'],
    ];
    for (const [given, address] of app)
      it(`web application: ${given}`, () => {
        assert.deepEqual(deriveAddresses({ baseUrl, appUrl: given }), { ...FRA1, app: address });
      });

    it('intake: its path is kept', () => {
      const intakeUrl = 'https://in.example.org:8443/api/v1/intake-http/';
      assert.deepEqual(deriveAddresses({ baseUrl, intakeUrl }), {
        ...FRA1,
        intake: 'https://in.example.org:8443/api/v1/intake-http',
      });
    });
  });

  describe('that are invalid', () => {
    const bad = [
      '',
      '   ',
      'https://',
      'http://:3000',
      'ftp://api.sekoia.io',
      'file:///etc/hosts',
      'javascript:alert(1)',
      'https:api.sekoia.io',
      'https://api sekoia io',
      'https://api.sekoia.io:99999',
      'https://[::1',
      'mailto:soc@example.org',
    ];
    for (const given of bad)
      it(`are rejected: ${JSON.stringify(given)}`, () => {
        assert.throws(() => deriveAddresses({ baseUrl: given }), isBadInput);
      });

    it('are rejected in each setting, which the message names', () => {
      const baseUrl = 'https://api.sekoia.io';
      assert.throws(() => deriveAddresses({ baseUrl: 'ftp://x' }), /The base URL must start with https/);
      assert.throws(() => deriveAddresses({ baseUrl, liveUrl: 'ftp://x' }), /The LiveAPI URL/);
      assert.throws(() => deriveAddresses({ baseUrl, appUrl: 'ftp://x' }), /The app URL/);
      assert.throws(() => deriveAddresses({ baseUrl, intakeUrl: 'ftp://x' }), /The intake URL/);
    });

    it('are rejected if they contain a password, which is not repeated', () => {
      assert.throws(
        () => deriveAddresses({ baseUrl: 'https://soc:hunter2@api.sekoia.io' }),
        (error) => isBadInput(error) && !String(error).includes('hunter2'),
      );
    });
  });

  it('lead to the page of an alert in the web application of the region', () => {
    assert.equal(
      alertPage(onAppHost('fra2'), 'ALabc123DEF4'),
      'https://app.fra2.sekoia.io/operations/alerts/ALabc123DEF4',
    );
    assert.equal(alertPage(FRA1, 'a/b?c'), 'https://app.sekoia.io/operations/alerts/a%2Fb%3Fc');
  });
});

function isBadInput(error: unknown): boolean {
  return error instanceof SekoiaError && error.code === 'SEKOIA_BAD_INPUT';
}
