/**
 * Test connection: the runtime tries the values in the form before they are deployed.
 *
 *   idle ── button ──► asking ── answer ──► answered
 *     ▲                  │                      │
 *     └── a field changes (drops the answer) ───┘
 */
import { byId, make, makeIcon } from '../../../lib/editor/dom';
import type { EditorNode } from '../../../lib/editor/editor-node';
import { addressTexts } from './address-fields';

/** The runtime's answer. The catalog has a text for `code`. Otherwise, the form shows `message`. */
interface TestAnswer {
  ok: boolean;
  code: string;
  message: string;
  who?: string;
  host?: string;
  latencyMs?: number;
}

/** What the form shows of a test that has ended. */
interface TestOutcome {
  look: 'good' | 'bad';
  text: string;
  note?: string;
}

/** The content of a password field for a key that only the runtime has. */
const STORED_KEY = '__PWRD__';

const FIELDS = '#sekoia-config-region, .sekoia-config-form input, .sekoia-config-form select';

export function prepareConnectionTest(node: EditorNode): void {
  const test = new ConnectionTest(node);
  $(FIELDS).on('input change', () => test.dropOutdatedAnswer());
}

class ConnectionTest {
  readonly #node: EditorNode;
  readonly #button = byId<HTMLButtonElement>('sekoia-config-test');
  readonly #result = byId('sekoia-config-test-result');
  /** The question of the test that is running or shown. Undefined when idle. */
  #question: string | undefined;

  constructor(node: EditorNode) {
    this.#node = node;
    this.#button.addEventListener('click', () => void this.#start());
  }

  /** Drops the answer if the form has changed since the question. */
  dropOutdatedAnswer(): void {
    if (this.#question === undefined || this.#question === JSON.stringify(questionFrom(this.#node))) return;
    this.#question = undefined;
    this.#setBusy(false);
    this.#show();
  }

  async #start(): Promise<void> {
    const question = JSON.stringify(questionFrom(this.#node));
    this.#question = question;
    this.#setBusy(true);
    this.#show();
    const outcome = await ask(this.#node, question);
    if (this.#question !== question) return;
    this.#setBusy(false);
    this.#show(outcome);
    // The button lost the keyboard focus when it was disabled.
    if (document.activeElement === document.body) this.#button.focus();
  }

  #setBusy(isBusy: boolean): void {
    this.#button.disabled = isBusy;
    this.#button.classList.toggle('disabled', isBusy);
    this.#button.setAttribute('aria-busy', String(isBusy));
    const icon = this.#button.querySelector('i');
    if (icon !== null) icon.className = isBusy ? 'fa fa-spinner fa-spin' : 'fa fa-plug';
  }

  #show(outcome?: TestOutcome): void {
    this.#result.replaceChildren();
    this.#result.className = outcome === undefined ? '' : `sekoia-${outcome.look}`;
    if (outcome === undefined) return;
    const text = make('span', {}, outcome.text);
    if (outcome.note !== undefined) text.append(make('small', {}, outcome.note));
    this.#result.append(makeIcon(outcome.look === 'good' ? 'check-circle' : 'exclamation-triangle'), text);
  }
}

async function ask(node: EditorNode, question: string): Promise<TestOutcome> {
  try {
    const answer = (await $.ajax({
      url: 'sekoia-config/test',
      type: 'POST',
      contentType: 'application/json',
      data: question,
      timeout: 60_000,
    })) as TestAnswer;
    return outcomeOf(node, answer);
  } catch (request) {
    return { look: 'bad', text: failureText(node, (request as JQuery.jqXHR).status) };
  }
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

function outcomeOf(node: EditorNode, answer: TestAnswer): TestOutcome {
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

/** Whether a TLS or proxy configuration has changes that the runtime does not know, because they are not deployed. */
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
