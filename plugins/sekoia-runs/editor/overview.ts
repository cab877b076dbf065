import { make } from '../../../lib/editor/dom';
import type { Changes } from '../../../lib/triggers/changes';
import { ListView } from './list-view';
import { throttle } from './live';
import type { Translate } from './texts';
import type { TriggerStates } from './trigger-states';
import { TriggersView } from './triggers-view';

/** The shortest times between two reads, however much goes on: users need time to read a list. */
const LIST_EVERY_MS = 500;
const FIGURES_EVERY_MS = 2000;

/** The triggers and, below them, the list of runs. */
export class Overview {
  readonly element = make('div', { class: 'sekoia-runs-overview' });
  readonly #listView: ListView;
  readonly #refreshList: () => void;
  readonly #refreshFigures: () => void;
  /** While the sidebar is not visible, the list is not read. It is read again once the sidebar becomes visible. */
  #isVisible = false;
  #isStale = true;

  constructor(_: Translate, triggers: TriggerStates, onOpen: (id: string) => void) {
    this.#listView = new ListView(_, onOpen);
    this.element.append(new TriggersView(_, triggers).element, this.#listView.element);
    this.#refreshList = throttle(() => void this.#listView.list.refresh(), LIST_EVERY_MS);
    this.#refreshFigures = throttle(() => void triggers.load(), FIGURES_EVERY_MS);
    triggers.onChange(() => this.#listView.filter.setTriggers(triggers.all));
  }

  /** Moves the focus to a run, or to the filter if the list does not have that run. */
  focus(id?: string): void {
    this.#listView.focus(id);
  }

  setVisible(isVisible: boolean): void {
    this.#isVisible = isVisible;
    if (isVisible && this.#isStale) this.refresh();
  }

  refresh(): void {
    this.#isStale = !this.#isVisible;
    if (this.#isStale) return;
    this.#refreshList();
    this.#refreshFigures();
  }

  /** Shows the changes of runs that are already known, and reads the rest. */
  apply(changes: Changes): void {
    if (this.#isVisible) this.#listView.list.apply(changes.runs);
    this.refresh();
  }
}
