import type { AlertComment } from '../alerts/alert';
import { API_KEY } from '../alerts/tenants';
import { ApiError } from './api-error';
import { requiredTextField, textField } from './body-fields';
import { pageOf } from './paging';
import { readAlert, type Call, type Route } from './route';

const MAX_COMMENTS = 500;
const AUTHOR = { max: 32 };

function listComments(call: Call): unknown {
  return pageOf(call.query, readAlert(call).comments);
}

function getComment(call: Call): AlertComment {
  const comment = readAlert(call).comments.find(({ uuid }) => uuid === call.subId);
  if (!comment) throw new ApiError(404, 'Comment not found');
  return comment;
}

function postComment(call: Call): unknown {
  const reading = readAlert(call);
  const body = call.json();
  const content = requiredTextField(body, 'content');
  const author = textField(body, 'author', AUTHOR);
  if (reading.item.number_of_total_comments >= MAX_COMMENTS)
    throw new ApiError(400, `An alert holds at most ${MAX_COMMENTS} comments`);
  return call.desk.addComment(reading.record.uuid, content, API_KEY, author);
}

function patchComment(call: Call): unknown {
  const comment = getComment(call);
  const body = call.json();
  const content = requiredTextField(body, 'content');
  const author = textField(body, 'author', AUTHOR) ?? comment.author;
  return call.desk.editComment(readAlert(call).record.uuid, { ...comment, content, author }, API_KEY);
}

function deleteComment(call: Call): undefined {
  const comment = getComment(call);
  call.desk.removeComment(readAlert(call).record.uuid, comment.uuid, API_KEY);
}

const ALL = /^\/v1\/sic\/alerts\/([^/]+)\/comments$/;
const ONE = /^\/v1\/sic\/alerts\/([^/]+)\/comments\/([^/]+)$/;

export const COMMENT_ROUTES: Route[] = [
  { method: 'GET', path: ALL, permissions: ['View alerts'], answer: listComments },
  { method: 'POST', path: ALL, permissions: ['Comment on alerts'], answer: postComment },
  { method: 'GET', path: ONE, permissions: ['View alerts'], answer: getComment },
  { method: 'PATCH', path: ONE, permissions: ['Comment on alerts'], answer: patchComment },
  { method: 'DELETE', path: ONE, permissions: ['Comment on alerts'], answer: deleteComment },
];
