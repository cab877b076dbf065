import type { EditorNode } from '../../../lib/editor/editor-node';
import type { Suggestion, SuggestionAnswer } from '../../../lib/editor/suggestion-list';

/** A longer search finds no more, and does not fit into a URL. */
const SEARCH_CHARACTERS = 100;

/** Asks the runtime for the tenant's own names. The runtime uses the API key of a deployed configuration. */
export class Choices {
  private readonly answers = new Map<string, SuggestionAnswer>();

  /** @param configId returns the configuration that is selected in the form */
  constructor(
    private readonly node: EditorNode,
    private readonly configId: () => string,
  ) {}

  async search(kind: string, text: string): Promise<SuggestionAnswer> {
    const config = this.configId();
    if (config === '') return this.hint('no-config');
    const url = `sekoia-config/${encodeURIComponent(config)}/choices/${kind}?search=${encodeURIComponent(literalPart(text))}`;
    const known = this.answers.get(url);
    if (known !== undefined) return known;
    try {
      const { items } = (await $.ajax({ url, dataType: 'json', timeout: 30_000 })) as { items: Suggestion[] };
      const answer = { items };
      this.answers.set(url, answer);
      return answer;
    } catch (error) {
      return this.failure(error as JQuery.jqXHR);
    }
  }

  private failure(request: JQuery.jqXHR): SuggestionAnswer {
    const { code, message } = (request.responseJSON ?? {}) as { code?: unknown; message?: unknown };
    if (code === 'not-deployed') return this.hint('not-deployed');
    if (typeof message === 'string' && message !== '') return this.hint('failed', message.slice(0, 300));
    return this.hint(request.status === 401 || request.status === 403 ? 'not-allowed' : 'unavailable');
  }

  private hint(why: string, message = ''): SuggestionAnswer {
    return { hint: this.node._(`sekoia-alert-created.suggest.${why}`, { message }) };
  }
}

/** The longest part between asterisks: the runtime searches for a text, not for a pattern. */
function literalPart(text: string): string {
  const [longest = ''] = text.split('*').sort((one, other) => other.length - one.length);
  return longest.trim().slice(0, SEARCH_CHARACTERS);
}
