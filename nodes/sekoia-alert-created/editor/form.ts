import { makeConfigButtonsReachable } from '../../../lib/editor/config-buttons';
import { makeDisclosure } from '../../../lib/editor/disclosure';
import { byId, make } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';
import { makeNumberField, saveNumbers } from '../../../lib/editor/number-field';
import { showDeliveryChoices } from './delivery-choices';
import { type FilterFields, makeFilterFields } from './filter-fields';
import { FILTER_NAMES, type Selection, listOf } from './filters';
import { NUMBERS, NUMBER_NAMES } from './numbers';
import { validators } from './property-checks';
import { summarize } from './summary';

const DELIVERY_PROPERTIES = [
  'delivery',
  'deliveredWhen',
  'maxInFlight',
  'retries',
  'runTimeoutSeconds',
  'afterTimeout',
  'failOnHttpError',
  'reconcileMinutes',
  'store',
] as const;

/** The filter fields of the open form. Only one form is open at a time. */
let fields: FilterFields | undefined;

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  makeConfigButtonsReachable('node-input-config', 'sekoia-config');
  for (const name of NUMBER_NAMES) makeNumberField(byId(`node-input-${name}`), NUMBERS[name]);
  offerStores();

  const summary = byId('sekoia-alert-created-summary');
  const update = (): void => {
    // Not while the fields are being made. Not after Node-RED has removed the form either: an answer may arrive
    // while the form of a configuration is open, or after the form was closed.
    if (fields !== undefined && summary.isConnected) show(node, fields);
  };
  fields = undefined;
  fields = makeFilterFields(node, update);
  const isCustomized = DELIVERY_PROPERTIES.some((name) => isChanged(node, name));
  makeDisclosure(byId('sekoia-alert-created-delivery-toggle'), isCustomized);
  $('.sekoia-alert-created-form').on('input change', 'input, select', update);
  update();
}

export function save(node: EditorNode): void {
  saveNumbers(node, NUMBER_NAMES);
  if (fields === undefined) return;
  for (const name of FILTER_NAMES) {
    fields[name].commit();
    const values = [...fields[name].values];
    // The flow file may write the same list differently. Opening a node must not change it.
    if (JSON.stringify(values) !== JSON.stringify(listOf(node[name]))) node[name] = values;
  }
}

export function close(): void {
  fields = undefined;
}

function show(node: EditorNode, filters: FilterFields): void {
  const selection = selectionIn(filters);
  byId('sekoia-alert-created-summary').textContent = summarize(
    (key, values) => node._(key, values),
    selection,
    (filter, value) => filters[filter].labelOf(value),
  );
  byId('sekoia-alert-created-ago').hidden = selection.startFrom !== 'ago';
  showDeliveryChoices(node);
  byId('sekoia-alert-created-urgency-problem').textContent = urgencyProblem(node, selection);
}

/** The reason to show below the two fields. Node-RED itself draws a red border and gives the reason on hover. */
function urgencyProblem(node: EditorNode, { urgencyMin, urgencyMax }: Selection): string {
  const min = validators.urgencyMin.call(node, urgencyMin, {});
  if (min !== true) return min;
  const max = validators.urgencyMax.call(node, urgencyMax, {});
  return max === true ? '' : max;
}

function selectionIn(filters: FilterFields): Selection {
  return {
    lists: {
      rules: filters.rules.values,
      entities: filters.entities.values,
      alertTypes: filters.alertTypes.values,
      statuses: filters.statuses.values,
      communities: filters.communities.values,
    },
    urgencyMin: valueOf('urgencyMin'),
    urgencyMax: valueOf('urgencyMax'),
    startFrom: valueOf('startFrom'),
    startAgoHours: valueOf('startAgoHours'),
  };
}

/** Suggests the context stores of this Node-RED. Users may type other names: the flow may run elsewhere. */
function offerStores(): void {
  const { stores = [] } = (RED.settings as { context?: { stores?: string[] } }).context ?? {};
  byId('sekoia-alert-created-stores').replaceChildren(
    ...stores.map((store) => make('option', { value: store })),
  );
}

function isChanged(node: EditorNode, name: string): boolean {
  return node[name] !== undefined && node[name] !== node._def.defaults[name]?.value;
}

function valueOf(name: string): string {
  return String($(`#node-input-${name}`).val() ?? '').trim();
}
