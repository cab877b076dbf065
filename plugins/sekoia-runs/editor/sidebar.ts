import { make } from '../../../lib/editor/dom';
import type { TriggerSwitches } from '../../../lib/editor/trigger-switches';
import type { Changes } from '../../../lib/triggers/changes';
import { type RunDetails, readRun } from './api';
import { showFlow } from './canvas-nodes';
import { say } from './dialog';
import { ListView } from './list-view';
import { followRuntime, throttle } from './live';
import { makeSwitches } from './node-buttons';
import { runAgain } from './run-again';
import { RunMarks } from './run-marks';
import { RunView } from './run-view';
import { type Translate, problemText } from './texts';
import { TriggerStates } from './trigger-states';
import { TriggersView } from './triggers-view';

const ID = 'sekoia-runs';
const ACTION = 'sekoia-runs:show';
/** However much goes on: a list is for reading. */
const LIST_EVERY_MS = 500;
const FIGURES_EVERY_MS = 2000;

/**
 * Adds the sidebar. Called once, when the editor loads the plugin.
 * @returns what the buttons of the trigger nodes need
 */
export function addSidebar(plugin: { _: Translate }): TriggerSwitches {
  const _: Translate = (key, values) => plugin._(key, values);
  const triggers = new TriggerStates();
  const sidebar = new Sidebar(_, triggers);
  RED.sidebar.addTab({
    id: ID,
    label: _('sekoia-runs.sidebar.label'),
    name: _('sekoia-runs.sidebar.name'),
    iconClass: 'fa fa-history',
    action: ACTION,
    content: sidebar.element,
  });
  RED.actions.add(
    ACTION,
    () => {
      RED.sidebar.show(ID);
      sidebar.focus();
    },
    { label: _('sekoia-runs.sidebar.show') },
  );
  return makeSwitches(_, triggers);
}

/** The list of runs or, over it, one run. */
class Sidebar {
  readonly element = make('div', { class: 'sekoia-runs' });
  readonly #_: Translate;
  readonly #triggers: TriggerStates;
  readonly #overview = make('div', { class: 'sekoia-runs-overview' });
  readonly #listView: ListView;
  readonly #runView: RunView;
  readonly #marks = new RunMarks();
  readonly #refreshList: () => void;
  readonly #refreshFigures: () => void;
  readonly #refreshRun: () => void;
  /** Nobody looks at the list while it is not; it is read once somebody does. */
  #isShown = false;
  #isStale = true;
  #scrolledTo = 0;

  constructor(_: Translate, triggers: TriggerStates) {
    this.#_ = _;
    this.#triggers = triggers;
    this.#listView = new ListView(_, (id) => void this.#open(id));
    this.#runView = new RunView({
      _,
      onBack: () => this.#close(),
      onRunAgain: (run) => void this.#runAgain(run),
    });
    this.#overview.append(new TriggersView(_, triggers).element, this.#listView.element);
    this.element.append(this.#overview, this.#runView.element);

    this.#refreshList = throttle(() => void this.#listView.list.refresh(), LIST_EVERY_MS);
    this.#refreshFigures = throttle(() => void triggers.load(), FIGURES_EVERY_MS);
    this.#refreshRun = throttle(() => void this.#reload(), LIST_EVERY_MS);
    triggers.onChange(() => this.#listView.filter.setTriggers(triggers.all));
    followRuntime(
      (changes) => this.#onChanges(changes),
      () => {
        void triggers.load();
        this.#refresh();
        this.#refreshRun();
      },
    );
    new IntersectionObserver(([entry]) => {
      this.#isShown = entry?.isIntersecting === true;
      if (this.#isShown && this.#isStale) this.#refresh();
    }).observe(this.element);
  }

  focus(): void {
    if (this.#runView.element.hidden) this.#listView.focus(undefined);
    else this.#runView.focus();
  }

  #onChanges(changes: Changes): void {
    const allKnown = this.#triggers.apply(changes.triggers);
    // The buttons on the canvas show them, too.
    if (!allKnown) void this.#triggers.load();
    if (changes.runs.length === 0 && !changes.many) return;
    if (this.#isShown) this.#listView.list.apply(changes.runs);
    this.#refresh();
    if (changes.many || changes.runs.some(({ id }) => id === this.#runView.runId)) this.#refreshRun();
  }

  #refresh(): void {
    this.#isStale = !this.#isShown;
    if (this.#isStale) return;
    this.#refreshList();
    this.#refreshFigures();
  }

  async #open(id: string): Promise<void> {
    try {
      const run = await readRun(id);
      this.#scrolledTo = this.element.scrollTop;
      this.#overview.hidden = true;
      this.#runView.element.hidden = false;
      this.element.scrollTop = 0;
      showFlow(run.flow.id);
      this.#show(run);
      this.#runView.focus();
    } catch (problem) {
      say(problemText(this.#_, problem), 'error');
    }
  }

  #show(run: RunDetails): void {
    this.#runView.show(run);
    this.#marks.show(run);
  }

  /** Reads the run that is shown anew. One that was removed meanwhile stays as it was. */
  async #reload(): Promise<void> {
    const { runId } = this.#runView;
    if (runId === undefined) return;
    const run = await readRun(runId).catch(() => undefined);
    if (run !== undefined && run.id === this.#runView.runId) this.#show(run);
  }

  #close(): void {
    const { runId } = this.#runView;
    this.#runView.close();
    this.#marks.clear();
    this.#runView.element.hidden = true;
    this.#overview.hidden = false;
    this.element.scrollTop = this.#scrolledTo;
    this.#listView.focus(runId);
  }

  async #runAgain(run: RunDetails): Promise<void> {
    // Back to the list, where the new run comes up.
    if (await runAgain(this.#_, run)) this.#close();
  }
}
