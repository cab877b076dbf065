import { actionsFrom, statusByWorkflowUuid } from '../alerts/statuses';
import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { readAlert, type Call, type Route } from './route';

const PATH = /^\/v1\/sic\/alerts\/([^/]+)\/workflow$/;

function getWorkflow(call: Call): unknown {
  return { actions: actionsFrom(readAlert(call).item.status) };
}

function patchWorkflow(call: Call): unknown {
  const { record } = readAlert(call);
  const { action_uuid: uuid, comment } = call.json();
  const status = typeof uuid === 'string' ? statusByWorkflowUuid(uuid) : undefined;
  if (!status) throw new ApiError(400, 'action_uuid must be the uuid of an action or of a status');
  if (comment !== undefined && typeof comment !== 'string')
    throw new ApiError(400, 'comment must be a string');
  const { item } = call.desk.change(record.uuid, { status }, API_KEY);
  if (comment) call.desk.addComment(record.uuid, comment, API_KEY);
  return { actions: actionsFrom(item.status) };
}

export const WORKFLOW_ROUTES: Route[] = [
  { method: 'GET', path: PATH, permission: 'SIC_READ_ALERTS', answer: getWorkflow },
  { method: 'PATCH', path: PATH, permission: 'SIC_WRITE_ALERTS_WORKFLOW', answer: patchWorkflow },
];
