import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core';

import { findBrowser } from '../../../scripts/browser';

/** Nothing leaves this machine, neither for the browser itself nor for the page: there may be no network. */
const QUIET = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

export async function launchBrowser(): Promise<Browser> {
  const found = await findBrowser();
  if (found === undefined)
    throw new Error('No Chromium was found: install one, name one in CHROMIUM_PATH, or run npm test');
  const { executablePath, env } = found;
  return chromium.launch({ executablePath, args: QUIET, env: { ...process.env, ...env } });
}

/** A desktop screen, in English unless told otherwise. */
export const DESKTOP: BrowserContextOptions = {
  viewport: { width: 1280, height: 800 },
  locale: 'en-US',
  reducedMotion: 'reduce',
};
