import type { Locator, Page } from 'playwright-core';

import { boxOf } from './editor';

/** The sidebar “Sekoia runs”, as a user handles it. */
export class RunsSidebar {
  constructor(private readonly page: Page) {}

  get root(): Locator {
    return this.page.locator('.sekoia-runs');
  }

  async open(): Promise<void> {
    await this.page.evaluate('RED.actions.invoke("sekoia-runs:show")');
    await this.root.waitFor();
  }

  /** The runs of the list that have the text somewhere. */
  rows(text: string | RegExp = ''): Locator {
    return this.root.locator('.sekoia-runs-row', { hasText: text });
  }

  /** Waits for a run of an alert that came to this status, and opens it. */
  async openRun(shortIdOrTitle: string, status: string): Promise<void> {
    await this.rows(shortIdOrTitle).filter({ hasText: status }).first().click();
    await this.steps().first().waitFor();
  }

  steps(name: string | RegExp = ''): Locator {
    return this.root.locator('.sekoia-runs-step', { hasText: name });
  }

  /** What a step put out, opened if it is not. */
  async outputOf(name: string): Promise<Locator> {
    const step = this.steps(name).first();
    // The sidebar may open a step by itself in the meantime; a click would then close it.
    while ((await step.getAttribute('aria-expanded')) !== 'true') await step.click();
    return step.locator('xpath=following-sibling::*');
  }

  async back(): Promise<void> {
    await this.root.getByRole('button', { name: 'All runs' }).click();
    await this.root.locator('.sekoia-runs-list').waitFor();
  }

  /** The question that is being asked. */
  get question(): Locator {
    return this.page.getByRole('alertdialog');
  }

  /** Answers the question, which is to be as expected, with a button. */
  async answer(expected: RegExp, button: string): Promise<void> {
    await this.question.filter({ hasText: expected }).getByRole('button', { name: button }).click();
    await this.question.waitFor({ state: 'detached' });
  }

  get onOff(): Locator {
    return this.root.getByRole('switch');
  }

  async waitForSwitch(isOn: boolean): Promise<void> {
    await this.root.locator(`[role="switch"][aria-checked="${String(isOn)}"]`).waitFor();
  }

  /** Drags the edge of the sidebar until it is so wide. */
  async resize(width: number): Promise<void> {
    const edge = await boxOf(this.page.locator('[id$="sidebar-separator"]').last());
    const before = await boxOf(this.root);
    const [x, y] = [edge.x + edge.width / 2, edge.y + edge.height / 2];
    await this.page.mouse.move(x, y);
    await this.page.mouse.down();
    await this.page.mouse.move(x + (before.width - width) / 2, y, { steps: 3 });
    await this.page.mouse.move(x + before.width - width, y, { steps: 3 });
    await this.page.mouse.up();
  }
}

/** The nodes that the canvas marks as the open run went through them: by their ids. */
export async function marked(page: Page, outcome: 'succeeded' | 'failed'): Promise<string[]> {
  // The canvas is drawn with the next frame after it was asked for.
  await page.evaluate('new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))');
  return page.evaluate(
    `[...document.querySelectorAll('.sekoia-runs-node-${outcome}')].map(({ id }) => id).sort()`,
  );
}

/** Waits until the canvas draws attention to a node. */
export async function waitForFlash(page: Page, id: string): Promise<void> {
  // Node-RED 5 has the class at the node, Node-RED 4 at a part of it.
  const flash = '.red-ui-flow-node-highlighted';
  await page.waitForSelector(`[id="${id}"]:is(${flash}, :has(${flash}))`);
}
