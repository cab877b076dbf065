import { isEnvironmentVariable } from '../../../lib/editor/environment';
import { type Addresses, REGIONS, deriveAddresses } from '../../../lib/sekoia/addresses';

/** The addresses as they stand in the form. */
export interface AddressTexts {
  baseUrl: string;
  liveUrl: string;
  appUrl: string;
  intakeUrl: string;
}

/** The region whose platform a base address leads to, in whatever spelling. */
export function regionOf(baseUrl: string): string | undefined {
  const app = addressesOf(baseUrl)?.app;
  return app === undefined
    ? undefined
    : REGIONS.find((region) => addressesOf(region.baseUrl)?.app === app)?.id;
}

/** Whether a text can be a base address: one that can be read, or an environment variable that will hold one. */
export function isAddress(text: string): boolean {
  return isEnvironmentVariable(text) || addressesOf(text) !== undefined;
}

/**
 * What follows from a form, address by address. `'at-run-time'`: an environment variable decides;
 * `undefined`: what stands there is not an address.
 */
export function derive(texts: AddressTexts): Record<keyof Addresses, string | undefined> {
  const base = isEnvironmentVariable(texts.baseUrl) ? 'at-run-time' : addressesOf(texts.baseUrl);
  const one = (name: keyof Addresses, setting: 'liveUrl' | 'appUrl' | 'intakeUrl'): string | undefined => {
    const own = texts[setting].trim();
    if (own === '') return typeof base === 'string' ? base : base?.[name];
    if (isEnvironmentVariable(own)) return 'at-run-time';
    // An address of its own does not depend on the base address.
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
  // A browser would take `https://${HOST}` for an address, but Node-RED fills in no part of a text.
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
