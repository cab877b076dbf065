import { hasApiKey } from '../../../lib/editor/api-key-presence';
import { type PropertyCheck, numberWithin, validatorsOf } from '../../../lib/editor/property-checks';
import { isAddress } from './derived-addresses';
import { REQUESTS_PER_SECOND } from './limits';

const address: PropertyCheck = (value, { node }) =>
  isAddress(textOf(value)) || node._('sekoia-config.error.address');

const optionalAddress: PropertyCheck = (value, property) => textOf(value) === '' || address(value, property);

/** The API key in the form. */
const apiKey: PropertyCheck = (value, { node }) =>
  textOf(value) !== '' || node._('sekoia-config.error.no-key');

/**
 * The API key that is stored. A property has this check because outside the form, Node-RED validates properties but
 * not credentials.
 */
const storedApiKey: PropertyCheck = (_, { node }) =>
  hasApiKey(node) !== false || node._('sekoia-config.error.no-key');

export const validators = validatorsOf({
  baseUrl: address,
  liveUrl: optionalAddress,
  appUrl: optionalAddress,
  intakeUrl: optionalAddress,
  requestsPerSecond: numberWithin(REQUESTS_PER_SECOND, 'sekoia-config.error.rate'),
  configVersion: storedApiKey,
  apiKey,
});

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.trim() : '';
}
