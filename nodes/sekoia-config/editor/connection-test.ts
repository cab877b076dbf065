/**
 * Test connection: asks the runtime to use what stands in the form, before it is deployed.
 *
 *   idle ── button ──► asking ── answer ──► told
 *     ▲                  │                    │
 *     └── a field changes (the answer is then for other values: dropped) ──┘
 */
import { byId, make } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { addressTexts } from './address-fields';

/** What the runtime answers; `code` has a text in the catalogue, `message` is for a code that has none. */
interface TestAnswer {
  ok: boolean;
  code: string;
  message: string;
  who?: string;
  host?: string;
  latencyMs?: number;
}

interface Telling {
  look: 'good' | 'bad';
  text: string;
  note?: string;
}

/** Stands in a password field for a key that the runtime has and the editor has not. */
const STORED_KEY = '__PWRD__';

const FIELDS = '#sekoia-config-region, .sekoia-config-form input, .sekoia-config-form select';

export function prepareConnectionTest(node: EditorNode): void {
  const button = byId<HTMLButtonElement>('sekoia-config-test');
  const result = byId('sekoia-config-test-result');
  const icon = button.querySelector('i');
  /** What the running or the shown test was about; undefined when idle. */
  let asked: string | undefined;

  const setBusy = (busy: boolean): void => {
    button.disabled = busy;
    button.classList.toggle('disabled', busy);
    button.setAttribute('aria-busy', String(busy));
    if (icon !== null) icon.className = busy ? 'fa fa-spinner fa-spin' : 'fa fa-plug';
  };
  const tell = (telling?: Telling): void => {
    result.replaceChildren();
    result.className = telling === undefined ? '' : `sekoia-${telling.look}`;
    if (telling === undefined) return;
    result.append(
      make('i', {
        class: telling.look === 'good' ? 'fa fa-check-circle' : 'fa fa-exclamation-triangle',
        'aria-hidden': 'true',
      }),
    );
    const text = make('span', {}, telling.text);
    if (telling.note !== undefined) text.append(make('small', {}, telling.note));
    result.append(text);
  };

  const start = (): void => {
    const question = JSON.stringify(questionFrom(node));
    asked = question;
    setBusy(true);
    tell();
    const settle = (telling: Telling): void => {
      if (asked !== question) return;
      setBusy(false);
      tell(telling);
      // The button lost the keyboard's focus when it was disabled.
      if (document.activeElement === document.body) button.focus();
    };
    $.ajax({
      url: 'sekoia-config/test',
      type: 'POST',
      contentType: 'application/json',
      data: question,
      timeout: 60_000,
    }).then(
      (answer: TestAnswer) => settle(tellingOf(node, answer)),
      (request: unknown) =>
        settle({ look: 'bad', text: failureText(node, (request as JQuery.jqXHR).status) }),
    );
  };

  button.addEventListener('click', start);
  $(FIELDS).on('input change', () => {
    if (asked === undefined || asked === JSON.stringify(questionFrom(node))) return;
    asked = undefined;
    setBusy(false);
    tell();
  });
}

function questionFrom(node: EditorNode): Record<string, string> {
  const { baseUrl, liveUrl } = addressTexts();
  const key = valueOf('apiKey');
  return {
    id: node.id,
    baseUrl,
    liveUrl,
    tls: chosen('tls'),
    proxy: chosen('proxy'),
    ...(key === '' || key === STORED_KEY ? {} : { apiKey: key }),
  };
}

function tellingOf(node: EditorNode, answer: TestAnswer): Telling {
  const key = `sekoia-config.test.${answer.code}`;
  const known = node._(key, { who: answer.who ?? '', host: answer.host ?? '' });
  const notes = [
    ...(answer.ok && answer.latencyMs !== undefined
      ? [node._('sekoia-config.note.latency', { ms: Math.round(answer.latencyMs) })]
      : []),
    ...(usesUndeployed() ? [node._('sekoia-config.note.undeployed')] : []),
  ];
  return {
    look: answer.ok ? 'good' : 'bad',
    text: known === key ? answer.message : known,
    ...(notes.length === 0 ? {} : { note: notes.join(' ') }),
  };
}

function failureText(node: EditorNode, status: number): string {
  if (status === 401 || status === 403) return node._('sekoia-config.failure.not-allowed');
  if (status === 404) return node._('sekoia-config.failure.not-loaded');
  return node._('sekoia-config.failure.no-answer');
}

/** The runtime knows a TLS or proxy configuration only as it is deployed. */
function usesUndeployed(): boolean {
  return [chosen('tls'), chosen('proxy')].some((id) => {
    const config = id === '' ? null : (RED.nodes.node(id) as unknown as EditorNode | null);
    return config?.changed === true;
  });
}

function chosen(name: 'tls' | 'proxy'): string {
  const value = valueOf(name);
  return value === '_ADD_' ? '' : value;
}

function valueOf(name: string): string {
  return String($(`#node-config-input-${name}`).val() ?? '').trim();
}
