import type { Browser, BrowserContextOptions, Locator, Page } from 'playwright-core';

import type { FlowNode } from '../../../scripts/node-red-process';
import { DESKTOP } from './browser';

const PACKAGE = '@sekoia-flows/node-red-sekoia';

/** What goes wrong in Node-RED 5.0 by itself: its tips may start before there is a place for them. */
const NODE_RED_OWN = [/reading 'html'\)\s+at \w+ \(\S+\/red\/red\.min\.js\S*\)$/];

/** The Node-RED editor in a browser, as a user handles it. */
export class Editor {
  /** What went wrong in the page; should stay empty. */
  readonly problems: string[] = [];

  private constructor(readonly page: Page) {
    page.setDefaultTimeout(30_000);
    page.on('pageerror', ({ stack, message }) => {
      const problem = stack ?? message;
      if (!NODE_RED_OWN.some((known) => known.test(problem))) this.problems.push(problem);
    });
    // A script that came in with a name would show itself like this.
    page.on('dialog', (dialog) => {
      if (dialog.type() !== 'beforeunload') this.problems.push(`${dialog.type()}: ${dialog.message()}`);
      void dialog.accept();
    });
  }

  static async open(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Editor> {
    const context = await browser.newContext({ ...DESKTOP, ...options });
    const editor = new Editor(await context.newPage());
    await editor.load(url);
    return editor;
  }

  /** Loads the editor, with what is deployed. */
  async load(url: string): Promise<void> {
    await this.page.goto(url);
    await this.page
      .locator('.red-ui-palette-node[data-palette-type="sekoia-alert-created"]')
      .waitFor({ state: 'attached' });
    await this.page.waitForSelector('#red-ui-loading-progress', { state: 'hidden' });
    await this.page.waitForSelector('#red-ui-workspace-chart svg');
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }

  /** What is being edited. */
  get dialog(): Locator {
    return this.page.locator('.red-ui-tray').last();
  }

  /** Drags a node from the palette to a place on the canvas; returns its id. */
  async drag(type: string, x: number, y: number): Promise<string> {
    const before = new Set((await this.nodes()).map(({ id }) => id));
    const entry = this.page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await entry.scrollIntoViewIfNeeded();
    const chart = await boxOf(this.page.locator('#red-ui-workspace-chart'));
    const from = await centreOf(entry);
    await this.page.mouse.move(from.x, from.y);
    await this.page.mouse.down();
    await this.page.mouse.move(chart.x + x - 20, chart.y + y - 20, { steps: 4 });
    await this.page.mouse.move(chart.x + x, chart.y + y, { steps: 2 });
    await this.page.mouse.up();
    const added = (await this.nodes()).find(({ id, type: found }) => found === type && !before.has(id));
    if (added === undefined) throw new Error(`${type} did not land on the canvas`);
    return added.id;
  }

  /** Draws a wire from the output of one node to the input of another. */
  async wire(from: string, to: string): Promise<void> {
    const start = await centreOf(this.page.locator(`[id="${from}"] .red-ui-flow-port-output rect`));
    const end = await centreOf(this.page.locator(`[id="${to}"] .red-ui-flow-port-input rect`));
    await this.page.mouse.move(start.x, start.y);
    await this.page.mouse.down();
    await this.page.mouse.move((start.x + end.x) / 2, end.y - 10, { steps: 3 });
    await this.page.mouse.move(end.x, end.y, { steps: 3 });
    await this.page.mouse.up();
  }

  /** The nodes of the editor as they would be exported, config nodes included. */
  nodes(): Promise<FlowNode[]> {
    return this.page.evaluate('RED.nodes.createCompleteNodeSet({ credentials: false })');
  }

  async node(id: string): Promise<FlowNode> {
    const found = (await this.nodes()).find((node) => node.id === id);
    if (found === undefined) throw new Error(`There is no node ${id}`);
    return found;
  }

  /** Opens a node's form from the canvas. */
  async edit(id: string): Promise<void> {
    await this.page.locator(`[id="${id}"] .red-ui-flow-node`).click();
    await this.page.waitForSelector(`[id="${id}"].red-ui-flow-node-selected`);
    await this.page.keyboard.press('Enter');
    await this.settled('#node-dialog-ok');
  }

  /** From a node's form: opens the form of the configuration that is chosen there, or of a new one. */
  async editConfig(which: 'edit' | 'add' = 'edit', property = 'config'): Promise<void> {
    await this.page.click(`#node-input-btn-${property}-${which}`);
    await this.settled('#node-config-dialog-ok');
  }

  async done(): Promise<void> {
    await this.leave('ok');
  }

  async cancel(): Promise<void> {
    await this.leave('cancel');
  }

  private async leave(button: 'ok' | 'cancel'): Promise<void> {
    const inner = this.page.locator(`#node-config-dialog-${button}`);
    const isInner = (await inner.count()) > 0;
    await (isInner ? inner : this.page.locator(`#node-dialog-${button}`)).click();
    await this.left(isInner);
  }

  /** Waits until a form is closed: that of a configuration over that of its node, or the node's. */
  async left(isInner: boolean): Promise<void> {
    if (isInner) {
      await this.page.waitForSelector('#node-config-dialog-ok', { state: 'detached' });
      await this.settled('#node-dialog-ok');
    } else await this.page.waitForSelector('.red-ui-tray', { state: 'detached' });
  }

  /** A form slides in and takes the focus; Node-RED then raises it above the rest, as the last step. */
  async settled(button: string): Promise<void> {
    await this.page.waitForSelector(button);
    await this.page.waitForFunction(
      'getComputedStyle(document.querySelector("#red-ui-editor-stack")).zIndex === "13"',
    );
  }

  /** Presses Deploy, and the confirmation if there is one. */
  async deploy(): Promise<void> {
    await this.page.click('#red-ui-header-button-deploy');
    const confirm = this.page.locator('.red-ui-notification button.primary:visible');
    const deployed = this.page.locator('#red-ui-header-button-deploy.disabled');
    await confirm.or(deployed).first().waitFor();
    if (await confirm.isVisible()) await confirm.click();
    await deployed.waitFor();
  }

  /** Whether anything differs from what is deployed. */
  changed(): Promise<boolean> {
    return this.page.evaluate('RED.nodes.dirty()');
  }

  /** Imports an example of the package from the menu, onto a flow of its own. */
  async importExample(name: string): Promise<void> {
    await this.page.click('#red-ui-header-button-sidemenu');
    await this.page.click('#menu-item-import');
    // The dialog opens with another tab, whose text gets the focus in the end.
    await this.page.waitForSelector('#red-ui-clipboard-dialog-import-text:focus');
    const tree = this.page.locator('[id="red-ui-clipboard-dialog-import-tab-examples"]');
    // A click while the dialog is still finding its place may miss the tab.
    do await this.page.click('[id="red-ui-tab-red-ui-clipboard-dialog-import-tab-examples"]');
    while (!(await appears(tree)));
    await tree.getByText(PACKAGE, { exact: true }).click();
    await tree.getByText(name, { exact: true }).click();
    await this.page.click('#red-ui-clipboard-dialog-ok');
    await this.page.waitForSelector('#red-ui-clipboard-dialog-ok', { state: 'hidden' });
  }

  /** Writes into the code editor of the open form, in the place of all that stands there. */
  async writeCode(text: string): Promise<void> {
    await this.page.locator('#sekoia-template-editor :is(.view-lines, .ace_content)').click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.press('Delete');
    // Typed: the code editors close brackets and quotes by themselves, and skip what they closed.
    await this.page.keyboard.type(text);
  }

  /** Brings a flow to the front. */
  async showFlow(label: string): Promise<void> {
    await this.page.locator('#red-ui-workspace-tabs .red-ui-tab', { hasText: label }).click();
    await this.page.locator('#red-ui-workspace-tabs .red-ui-tab.active', { hasText: label }).waitFor();
  }

  /** The label of a node on the canvas. */
  async label(id: string): Promise<string> {
    return (await this.page.locator(`[id="${id}"] .red-ui-flow-node-label-text`).textContent()) ?? '';
  }

  /** The text under a node on the canvas. */
  status(id: string): Locator {
    return this.page.locator(`[id="${id}"] .red-ui-flow-node-status-label`);
  }

  async waitForStatus(id: string, text: RegExp): Promise<void> {
    await this.status(id).filter({ hasText: text }).waitFor({ state: 'attached' });
  }

  /** Why the canvas shows the red triangle at a node; empty while it shows none. */
  reasons(id: string): Promise<string[]> {
    return this.page.evaluate(
      `(({ valid, validationErrors = [] }) => (valid === false ? validationErrors : []))(RED.nodes.node(${JSON.stringify(id)}))`,
    );
  }

  /** Waits until the canvas shows a red triangle at a node, or none. */
  async waitForTriangle(id: string, shown: boolean): Promise<void> {
    await this.page
      .locator(`[id="${id}"] .red-ui-flow-node-error`)
      .waitFor({ state: shown ? 'visible' : 'hidden' });
  }
}

/** Whether it is to be seen, or is so soon; for what may have to be done again. */
export function appears(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: 2_000 }).then(
    () => true,
    () => false,
  );
}

export async function boxOf(
  locator: Locator,
): Promise<{ x: number; y: number; width: number; height: number }> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('Not visible');
  return box;
}

async function centreOf(locator: Locator): Promise<{ x: number; y: number }> {
  const { x, y, width, height } = await boxOf(locator);
  return { x: x + width / 2, y: y + height / 2 };
}
