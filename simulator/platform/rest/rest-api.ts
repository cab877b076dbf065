import type { IncomingHttpHeaders } from 'node:http';
import { bearerToken, type Access } from '../access';
import type { AlertDesk } from '../alert-desk';
import type { Answer } from '../http-answer';
import { ALERT_ROUTES } from './alert-routes';
import { ApiError } from './api-error';
import { CASE_ROUTES } from './case-routes';
import { CATALOGUE_ROUTES } from './catalogue-routes';
import { COMMENT_ROUTES } from './comment-routes';
import { CUSTOM_FIELD_ROUTES } from './custom-field-routes';
import { HISTORY_ROUTES } from './history-routes';
import { asObject, parseJson } from './json-body';
import { REFERENCE_ROUTES } from './reference-routes';
import { WORKFLOW_ROUTES } from './workflow-routes';

/** The first that fits answers: `/alerts/rules` goes before `/alerts/{uuid}`. */
const ROUTES = [
  ...CATALOGUE_ROUTES,
  ...ALERT_ROUTES,
  ...COMMENT_ROUTES,
  ...HISTORY_ROUTES,
  ...WORKFLOW_ROUTES,
  ...CUSTOM_FIELD_ROUTES,
  ...CASE_ROUTES,
  ...REFERENCE_ROUTES,
];

export interface RestRequest {
  method: string;
  /** Without `/api`. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Answers for `/v1/…`. @throws ApiError for every answer but 200, 204 and 403 */
export function answerRest(desk: AlertDesk, access: Access, request: RestRequest): Answer {
  access.check(bearerToken(request.headers.authorization));
  const onPath = ROUTES.filter(({ path }) => path.test(request.path));
  if (onPath.length === 0) throw new ApiError(404, 'Not found');
  const route = onPath.find(({ method }) => method === request.method);
  if (!route) throw new ApiError(405, 'Method not allowed');
  if (!access.may(route.permissions ?? [])) {
    // Seen as plain text in the tests of Sekoia's own clients, where every other error is JSON.
    return { status: 403, body: 'Forbidden: Insufficient permissions' };
  }
  const [, id = '', subId = ''] = route.path.exec(request.path) ?? [];
  const body = route.answer({
    desk,
    id: decode(id),
    subId: decode(subId),
    query: request.query,
    json: () => asObject(parseJson(request.body)),
  });
  return { status: body === undefined ? 204 : 200, body };
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw new ApiError(400, 'The path cannot be decoded');
  }
}
