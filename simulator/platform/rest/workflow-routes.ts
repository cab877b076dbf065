import type { AlertFields, AlertItem } from '../alerts/alert';
import { actionsFrom, customStatusByUuid, STATUSES, statusByWorkflowUuid } from '../alerts/statuses';
import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { nullableTextField, requiredTextField } from './body-fields';
import { readAlert, type Call, type Route } from './route';

const PATH = /^\/v1\/sic\/alerts\/([^/]+)\/workflow$/;

function getWorkflow(call: Call): unknown {
  return { actions: actionsFrom(readAlert(call).item.status) };
}

function patchWorkflow(call: Call): unknown {
  const { record, item } = readAlert(call);
  const body = call.json();
  const change = transition(item, requiredTextField(body, 'action_uuid'));
  const comment = nullableTextField(body, 'comment');
  call.desk.change(record.uuid, change, API_KEY);
  if (comment) call.desk.addComment(record.uuid, comment, API_KEY);
  return getWorkflow(call);
}

/**
 * Which changes the platform refuses with 409 is not published: here a change to the status that the alert has,
 * and one back to Pending, which no action leads to.
 * @throws ApiError 400, 409
 */
function transition(item: AlertItem, uuid: string): AlertFields {
  const custom = customStatusByUuid(uuid);
  const status = statusByWorkflowUuid(uuid);
  if (!custom && !status)
    throw new ApiError(400, 'action_uuid must be the uuid of an action, a status or a custom status');
  if (uuid === item.custom_status_uuid || status?.uuid === item.status.uuid)
    throw new ApiError(409, 'The alert has this status already');
  if (status?.uuid === STATUSES.Pending.uuid)
    throw new ApiError(409, `The status ${item.status.name} does not lead to ${status.name}`);
  return custom ? { custom_status_uuid: custom.uuid, custom_status: custom.status } : { status };
}

export const WORKFLOW_ROUTES: Route[] = [
  { method: 'GET', path: PATH, permissions: ['View alerts'], answer: getWorkflow },
  { method: 'PATCH', path: PATH, permissions: ['Update alert status'], answer: patchWorkflow },
];
