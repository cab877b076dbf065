import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { readAlert, type Call, type Route } from './route';

const MAX_COMMENTS = 500;
const MAX_AUTHOR_LENGTH = 32;

function listComments(call: Call): unknown {
  const items = readAlert(call).comments;
  return { items, total: items.length };
}

function getComment(call: Call): unknown {
  const comment = readAlert(call).comments.find(({ uuid }) => uuid === call.subId);
  if (!comment) throw new ApiError(404, 'Comment not found');
  return comment;
}

function postComment(call: Call): unknown {
  const reading = readAlert(call);
  const { content, author } = call.json();
  if (typeof content !== 'string' || content === '') throw new ApiError(400, 'content is required');
  if (author !== undefined && (typeof author !== 'string' || author.length > MAX_AUTHOR_LENGTH)) {
    throw new ApiError(400, `author must be a string of at most ${MAX_AUTHOR_LENGTH} characters`);
  }
  if (reading.item.number_of_total_comments >= MAX_COMMENTS) {
    throw new ApiError(400, `An alert holds at most ${MAX_COMMENTS} comments`);
  }
  return call.desk.addComment(reading.record.uuid, content, API_KEY, author);
}

export const COMMENT_ROUTES: Route[] = [
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/comments$/,
    permission: 'SIC_READ_ALERTS',
    answer: listComments,
  },
  {
    method: 'GET',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/comments\/([^/]+)$/,
    permission: 'SIC_READ_ALERTS',
    answer: getComment,
  },
  {
    method: 'POST',
    path: /^\/v1\/sic\/alerts\/([^/]+)\/comments$/,
    permission: 'SIC_WRITE_ALERTS_COMMENTS',
    answer: postComment,
  },
];
