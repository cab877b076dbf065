import { makeConfigButtonsReachable } from '../../../lib/editor/config-buttons';
import { makeDisclosure } from '../../../lib/editor/disclosure';
import { byId, make } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { showDefaultsOfMissing } from '../../../lib/editor/missing-properties';
import { makeNumberField, saveNumbers } from '../../../lib/editor/number-field';
import { showDeliveryChoices } from './delivery-choices';
import { type FilterFields, makeFilterFields } from './filter-fields';
import { FILTER_NAMES, type Selection, listOf } from './filters';
import { LIMITS, type NumberName } from './limits';
import { summarise } from './summary';
import { validateUrgency } from './validation';

const NUMBERS = Object.keys(LIMITS) as NumberName[];
/** How far an arrow key goes. */
const STEPS_OF: Partial<Record<NumberName, number>> = { urgencyMin: 5, urgencyMax: 5, runTimeoutSeconds: 30 };

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

/** Of the form that is open; there is one at a time. */
let fields: FilterFields | undefined;

export function prepare(node: EditorNode): void {
  showDefaultsOfMissing(node);
  makeConfigButtonsReachable('node-input-config', 'sekoia-config');
  for (const name of NUMBERS) makeNumberField(byId(`node-input-${name}`), LIMITS[name], STEPS_OF[name]);
  offerStores();

  const summary = byId('sekoia-alert-created-summary');
  const update = (): void => {
    // Not while the fields are made, one after the other; nor when an answer comes while Node-RED has taken the
    // form away, for that of a configuration or for good.
    if (fields !== undefined && summary.isConnected) show(node, fields);
  };
  fields = undefined;
  fields = makeFilterFields(node, update);
  const isOwn = DELIVERY_PROPERTIES.some((name) => isChanged(node, name));
  makeDisclosure(byId('sekoia-alert-created-delivery-toggle'), isOwn);
  $('.sekoia-alert-created-form').on('input change', 'input, select', update);
  update();
}

export function save(node: EditorNode): void {
  saveNumbers(node, NUMBERS);
  if (fields === undefined) return;
  for (const name of FILTER_NAMES) {
    fields[name].commit();
    const values = [...fields[name].values()];
    // However the list was written in the flow file: a node is not changed by having been looked at.
    if (JSON.stringify(values) !== JSON.stringify(listOf(node[name]))) node[name] = values;
  }
}

export function close(): void {
  fields = undefined;
}

function show(node: EditorNode, filters: FilterFields): void {
  const selection = selectionIn(filters);
  byId('sekoia-alert-created-summary').textContent = summarise(
    (key, values) => node._(key, values),
    selection,
    (filter, value) => filters[filter].labelOf(value),
  );
  byId('sekoia-alert-created-ago').hidden = selection.startFrom !== 'ago';
  showDeliveryChoices(node);
  byId('sekoia-alert-created-urgency-problem').textContent = urgencyProblem(node, selection);
}

/** In words under the two fields: Node-RED only draws a red border, and says why on hovering. */
function urgencyProblem(node: EditorNode, { urgencyMin, urgencyMax }: Selection): string {
  for (const check of [
    validateUrgency(node, urgencyMin, 'urgencyMin'),
    validateUrgency(node, urgencyMax, 'urgencyMax'),
  ])
    if (check !== true) return check;
  return '';
}

function selectionIn(filters: FilterFields): Selection {
  return {
    lists: {
      rules: filters.rules.values(),
      entities: filters.entities.values(),
      alertTypes: filters.alertTypes.values(),
      statuses: filters.statuses.values(),
      communities: filters.communities.values(),
    },
    urgencyMin: valueOf('urgencyMin'),
    urgencyMax: valueOf('urgencyMax'),
    startFrom: valueOf('startFrom'),
    startAgoHours: valueOf('startAgoHours'),
  };
}

/** Names may be typed that this Node-RED does not have: the flow may be meant for another one. */
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
