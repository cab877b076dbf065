import { makeConfigButtonsReachable } from '../../lib/editor/config-buttons';
import { makeDisclosure } from '../../lib/editor/disclosure';
import { byId } from '../../lib/editor/dom';
import type { EditorNode } from '../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../lib/editor/missing-properties';
import { makeNumberField, saveNumbers } from '../../lib/editor/number-field';
import { prepareAddressFields } from './editor/address-fields';
import { prepareConnectionTest } from './editor/connection-test';
import { regionOf } from './editor/derived-addresses';
import { REQUESTS_PER_SECOND } from './editor/limits';

export { validators } from './editor/property-checks';

/** The properties of the advanced section, with their defaults. */
const ADVANCED: Readonly<Record<string, string>> = {
  liveUrl: '',
  appUrl: '',
  intakeUrl: '',
  requestsPerSecond: '5',
  tls: '',
  proxy: '',
};

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  makeConfigButtonsReachable('node-config-input-tls', 'tls-config');
  makeConfigButtonsReachable('node-config-input-proxy', 'http proxy');
  prepareAddressFields(node);
  makeNumberField(byId('node-config-input-requestsPerSecond'), REQUESTS_PER_SECOND);
  const isAdvanced = Object.entries(ADVANCED).some(
    ([name, value]) => node[name] !== undefined && node[name] != value,
  );
  makeDisclosure(byId('sekoia-config-advanced'), isAdvanced);
  prepareConnectionTest(node);
}

export function save(node: EditorNode): void {
  saveNumbers(node, ['requestsPerSecond']);
}

/** The name, or else the region, or else the address. */
export function label(node: EditorNode): string {
  const { name, baseUrl } = node;
  if (typeof name === 'string' && name !== '') return name;
  if (typeof baseUrl !== 'string' || baseUrl === '') return 'Sekoia.io';
  const region = regionOf(baseUrl);
  return region === undefined ? baseUrl : `Sekoia.io ${region}`;
}
