import type { HistoryEntry } from '../alerts/alert';
import { ApiError } from './api-error';
import { pageOf } from './paging';
import { readAlert, type Call, type Route } from './route';

/** The oldest first: the platform's order is not published. */
function listHistory(call: Call): unknown {
  return pageOf(call.query, readAlert(call).history);
}

function getEntry(call: Call): HistoryEntry {
  const entry = readAlert(call).history.find(({ uuid }) => uuid === call.subId);
  if (!entry) throw new ApiError(404, 'History entry not found');
  return entry;
}

function listEntryComments(call: Call): unknown {
  return pageOf(call.query, getEntry(call).history_comments);
}

export const HISTORY_ROUTES: Route[] = [
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/history$/,
    permissions: ['View alerts'],
    answer: listHistory,
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/history\/([^/]+)$/,
    permissions: ['View alerts'],
    answer: getEntry,
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/history\/([^/]+)\/comments$/,
    permissions: ['View alerts'],
    answer: listEntryComments,
  },
];
