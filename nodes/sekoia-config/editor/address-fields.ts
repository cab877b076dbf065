import { byId, make } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { type Addresses, REGIONS } from '../../../lib/sekoia/addresses';
import { type AddressTexts, derive, regionOf } from './derived-addresses';

const CUSTOM = 'custom';

/** Prepares the region, the base address that it sets, and the addresses that follow from it. */
export function prepareAddressFields(node: EditorNode): void {
  const region = byId<HTMLSelectElement>('sekoia-config-region');
  const baseUrl = byId<HTMLInputElement>('node-config-input-baseUrl');

  for (const id of [...REGIONS.map((known) => known.id), CUSTOM])
    region.append(make('option', { value: id }, node._(`sekoia-config.region.${id}`)));
  region.value = regionOf(baseUrl.value) ?? CUSTOM;

  region.addEventListener('change', () => {
    const chosen = REGIONS.find(({ id }) => id === region.value);
    if (chosen === undefined) {
      baseUrl.focus();
      baseUrl.select();
      return;
    }
    baseUrl.value = chosen.baseUrl;
    // Node-RED validates on jQuery's change events.
    $(baseUrl).trigger('change');
  });
  $(baseUrl).on('input change', () => (region.value = regionOf(baseUrl.value) ?? CUSTOM));

  $(inputs()).on('input change', () => show(node));
  show(node);
}

export function addressTexts(): AddressTexts {
  const [baseUrl = '', liveUrl = '', appUrl = '', intakeUrl = ''] = inputs().map(({ value }) => value);
  return { baseUrl, liveUrl, appUrl, intakeUrl };
}

function inputs(): HTMLInputElement[] {
  return ['baseUrl', 'liveUrl', 'appUrl', 'intakeUrl'].map((name) => byId(`node-config-input-${name}`));
}

function show(node: EditorNode): void {
  const texts = addressTexts();
  const shown = derive(texts);
  for (const [name, address] of Object.entries(shown)) {
    const place = byId(`sekoia-config-address-${name}`);
    place.textContent =
      address === 'at-run-time'
        ? node._('sekoia-config.address.at-run-time')
        : (address ?? node._('sekoia-config.address.none'));
    place.classList.toggle('sekoia-known', address !== undefined && address !== 'at-run-time');
  }
  // An empty field of the advanced section shows the derived address as its placeholder.
  const derived = derive({ ...texts, liveUrl: '', appUrl: '', intakeUrl: '' });
  const placeholder = (setting: string, name: keyof Addresses): void => {
    const address = derived[name];
    byId<HTMLInputElement>(`node-config-input-${setting}`).placeholder =
      address === undefined || address === 'at-run-time'
        ? node._('sekoia-config.placeholder.derived')
        : address;
  };
  placeholder('liveUrl', 'live');
  placeholder('appUrl', 'app');
  placeholder('intakeUrl', 'intake');
}
