import { make } from '../../../lib/editor/dom';
import type { TriggerSwitches } from '../../../lib/editor/trigger-switches';
import type { Changes } from '../../../lib/triggers/changes';
import { type RunDetails, readRun } from './api';
import { showFlow } from './canvas-nodes';
import { showMessage } from './dialog';
import { followRuntime, throttle } from './live';
import { makeSwitches } from './node-buttons';
import { Overview } from './overview';
import { askAndRerun } from './rerun';
import { RunMarks } from './run-marks';
import { RunView } from './run-view';
import { type Translate, problemText } from './texts';
import { TriggerStates } from './trigger-states';

const ID = 'sekoia-runs';
const ACTION = 'sekoia-runs:show';
/** The shortest time between two reads of the open run. */
const RUN_EVERY_MS = 500;

/**
 * Adds the sidebar. The editor calls this once, when it loads the plugin.
 * @returns the switches for the buttons of the trigger nodes
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

/** Shows the overview or, in its place, one run. */
class Sidebar {
  readonly element = make('div', { class: 'sekoia-runs' });
  readonly #_: Translate;
  readonly #triggers: TriggerStates;
  readonly #overview: Overview;
  readonly #runView: RunView;
  readonly #marks = new RunMarks();
  readonly #refreshRun: () => void;
  /** Where the overview was scrolled to when a run was opened. */
  #scrolledTo = 0;

  constructor(_: Translate, triggers: TriggerStates) {
    this.#_ = _;
    this.#triggers = triggers;
    this.#overview = new Overview(_, triggers, (id) => void this.#open(id));
    this.#runView = new RunView({
      _,
      onBack: () => this.#close(),
      onRerun: (run) => void this.#rerun(run),
    });
    this.element.append(this.#overview.element, this.#runView.element);
    this.#refreshRun = throttle(() => void this.#reload(), RUN_EVERY_MS);
    followRuntime(
      (changes) => this.#onChanges(changes),
      () => {
        void triggers.load();
        this.#overview.refresh();
        this.#refreshRun();
      },
    );
    new IntersectionObserver(([entry]) => {
      this.#overview.setVisible(entry?.isIntersecting === true);
    }).observe(this.element);
  }

  focus(): void {
    if (this.#runView.element.hidden) this.#overview.focus();
    else this.#runView.focus();
  }

  #onChanges(changes: Changes): void {
    const allKnown = this.#triggers.apply(changes.triggers);
    // Also while the sidebar is hidden: the buttons on the canvas show the states of the triggers.
    if (!allKnown) void this.#triggers.load();
    if (changes.runs.length === 0 && !changes.many) return;
    this.#overview.apply(changes);
    if (changes.many || changes.runs.some(({ id }) => id === this.#runView.runId)) this.#refreshRun();
  }

  async #open(id: string): Promise<void> {
    try {
      const run = await readRun(id);
      this.#scrolledTo = this.element.scrollTop;
      this.#overview.element.hidden = true;
      this.#runView.element.hidden = false;
      this.element.scrollTop = 0;
      showFlow(run.flow.id);
      this.#show(run);
      this.#runView.focus();
    } catch (problem) {
      showMessage(problemText(this.#_, problem), 'error');
    }
  }

  #show(run: RunDetails): void {
    this.#runView.show(run);
    this.#marks.show(run);
  }

  /** Reads the open run again. A run that was removed meanwhile stays as it is. */
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
    this.#overview.element.hidden = false;
    this.element.scrollTop = this.#scrolledTo;
    this.#overview.focus(runId);
  }

  async #rerun(run: RunDetails): Promise<void> {
    // Back to the list, where the new run appears.
    if (await askAndRerun(this.#_, run)) this.#close();
  }
}
