import { make, shownText } from '../../../lib/editor/dom';
import type { RunSummary } from './api';
import type { Translate } from './texts';

type Request = NonNullable<RunSummary['requests']>[number];

/** Shows the HTTP requests of a run with their URLs and statuses. Undefined: no request was observed. */
export function makeSentView(
  _: Translate,
  { requests = [], requestsLeftOut = 0 }: RunSummary,
): HTMLElement | undefined {
  if (requests.length === 0) return undefined;
  const view = make('div', { class: 'sekoia-runs-sent' });
  const title = make('h4', { id: 'sekoia-runs-sent-title' }, _('sekoia-runs.sent.title'));
  const list = make('ul', { 'aria-labelledby': title.id });
  list.append(...requests.map((request) => makeRequest(_, request)));
  view.append(title, list);
  if (requestsLeftOut > 0)
    view.append(
      make(
        'p',
        { class: 'sekoia-runs-note' },
        _('sekoia-runs.sent.left-out', { number: requestsLeftOut, count: requestsLeftOut }),
      ),
    );
  return view;
}

function makeRequest(_: Translate, { method, url, status, nodeName }: Request): HTMLElement {
  const item = make('li');
  if (nodeName !== undefined) item.title = shownText(nodeName);
  const answer = make(
    'span',
    { class: isRefusal(status) ? 'sekoia-runs-status sekoia-runs-refused' : 'sekoia-runs-status' },
    status === null ? _('sekoia-runs.sent.no-status') : String(status),
  );
  item.append(
    make('span', { class: 'sekoia-runs-method' }, method),
    make('bdi', { class: 'sekoia-runs-url' }, url),
    answer,
  );
  return item;
}

function isRefusal(status: Request['status']): boolean {
  return typeof status === 'number' ? status >= 400 : status !== null;
}
