import { randomUUID } from 'node:crypto';
import { API_KEY } from '../alerts/tenants';
import type { Case } from '../cases/case-store';
import { ApiError } from './api-error';
import { requiredTextField, textListField } from './body-fields';
import { parseCase, parseCasePatch } from './case-body';
import { presentItem } from './present';
import type { Call, Route } from './route';

function readCase({ desk, id }: Call): Case {
  const found = desk.cases.get(id);
  if (!found) throw new ApiError(404, 'Case not found');
  return found;
}

function getCase(call: Call): unknown {
  const found = readCase(call);
  const { store, cases } = call.desk;
  const alerts = cases.alertsOf(found.uuid).flatMap((uuid) => {
    const reading = store.readable(uuid);
    return reading ? [presentItem(reading.item, true)] : [];
  });
  return { ...found, number_of_alerts: alerts.length, alerts };
}

function postCase(call: Call): unknown {
  const { uuid } = call.desk.openCase(parseCase(call.json()), API_KEY);
  return getCase({ ...call, id: uuid });
}

function patchCase(call: Call): unknown {
  call.desk.changeCase(readCase(call).uuid, parseCasePatch(call.json()), API_KEY);
  return getCase(call);
}

/** POST replaces the alerts of a case, PATCH adds to them. Each is named by uuid or short id. */
function putAlerts(keep: boolean): (call: Call) => unknown {
  return (call) => {
    const { uuid } = readCase(call);
    const ids = textListField(call.json(), 'alerts');
    if (ids === undefined) throw new ApiError(400, 'alerts is required');
    const added = ids.map((id) => {
      const reading = call.desk.store.readable(id);
      if (!reading) throw new ApiError(404, 'Alert not found');
      return reading.record.uuid;
    });
    const before = keep ? call.desk.cases.alertsOf(uuid) : [];
    call.desk.setCaseAlerts(uuid, [...new Set([...before, ...added])], API_KEY);
    return { status: 'ok' };
  };
}

function postComment(call: Call): unknown {
  const { uuid: caseUuid } = readCase(call);
  const content = requiredTextField(call.json(), 'content');
  const at = new Date(call.desk.now()).toISOString();
  const comment = {
    uuid: randomUUID(),
    content,
    created_at: at,
    created_by: API_KEY.uuid,
    created_by_type: API_KEY.type,
    updated_at: at,
  };
  call.desk.commentCase(caseUuid, comment.uuid, content, API_KEY);
  return comment;
}

const ONE = /^\/v1\/sic\/cases\/([^/]+)$/;
const ALERTS = /^\/v1\/sic\/cases\/([^/]+)\/alerts$/;

export const CASE_ROUTES: Route[] = [
  { method: 'POST', path: /^\/v1\/sic\/cases$/, permissions: ['Manage cases'], answer: postCase },
  { method: 'GET', path: ONE, permissions: ['View cases'], answer: getCase },
  { method: 'PATCH', path: ONE, permissions: ['Manage cases'], answer: patchCase },
  { method: 'POST', path: ALERTS, permissions: ['Manage cases'], answer: putAlerts(false) },
  { method: 'PATCH', path: ALERTS, permissions: ['Manage cases'], answer: putAlerts(true) },
  {
    method: 'POST',
    path: /^\/v1\/sic\/cases\/([^/]+)\/comments$/,
    permissions: ['Comment on cases', 'Manage cases'],
    answer: postComment,
  },
];
