import { isEnvironmentVariable } from '../../../lib/editor/environment';
import { type Addresses, REGIONS, deriveAddresses } from '../../../lib/sekoia/addresses';

/** The addresses as typed into the form. */
export interface AddressTexts {
  baseUrl: string;
  liveUrl: string;
  appUrl: string;
  intakeUrl: string;
}

/** The region of a base address, however it is spelled. */
export function regionOf(baseUrl: string): string | undefined {
  const app = addressesOf(baseUrl)?.app;
  return app === undefined
    ? undefined
    : REGIONS.find((region) => addressesOf(region.baseUrl)?.app === app)?.id;
}

/** Whether a text is a valid base address, or an environment variable that may hold one. */
export function isAddress(text: string): boolean {
  return isEnvironmentVariable(text) || addressesOf(text) !== undefined;
}

/**
 * Derives each address from the texts in the form. `'at-run-time'`: an environment variable decides. `undefined`:
 * the text is not an address.
 */
export function derive(texts: AddressTexts): Record<keyof Addresses, string | undefined> {
  const base = isEnvironmentVariable(texts.baseUrl) ? 'at-run-time' : addressesOf(texts.baseUrl);
  const one = (name: keyof Addresses, setting: 'liveUrl' | 'appUrl' | 'intakeUrl'): string | undefined => {
    const own = texts[setting].trim();
    if (own === '') return typeof base === 'string' ? base : base?.[name];
    if (isEnvironmentVariable(own)) return 'at-run-time';
    // An explicit address does not depend on the base address.
    return addressesOf(REGIONS[0]?.baseUrl ?? '', { [setting]: own })?.[name];
  };
  return {
    api: typeof base === 'string' ? base : base?.api,
    live: one('live', 'liveUrl'),
    app: one('app', 'appUrl'),
    intake: one('intake', 'intakeUrl'),
  };
}

function addressesOf(baseUrl: string, others: Partial<AddressTexts> = {}): Addresses | undefined {
  // A browser accepts `https://${HOST}` as an address, but Node-RED does not substitute a part of a text.
  if (
    baseUrl.trim() === '' ||
    Object.values({ baseUrl, ...others })
      .join(' ')
      .includes('${')
  )
    return undefined;
  try {
    return deriveAddresses({ baseUrl, ...others });
  } catch {
    return undefined;
  }
}
