import type { Page } from 'playwright-core';

import { appears } from './editor';

const MARKED = '.red-ui-treeList-label.focus';

/** A user who has no mouse. */
export class Keyboard {
  constructor(private readonly page: Page) {}

  async press(...keys: string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  /** Writes into the field that has the focus, in the place of what stands there. */
  async write(text: string): Promise<void> {
    await this.press('ControlOrMeta+a');
    await this.page.keyboard.type(text);
  }

  /** Presses Tab until the focus is where it is wanted. */
  async tabTo(selector: string): Promise<void> {
    for (let presses = 0; presses < 100; presses++) {
      if (await this.page.evaluate(`!!document.activeElement?.matches(${JSON.stringify(selector)})`)) return;
      await this.press('Tab');
    }
    throw new Error(`Tab does not lead to ${selector}`);
  }

  /** Runs one of Node-RED's actions from its list of actions. */
  async run(action: string): Promise<void> {
    const input = this.page.locator('#red-ui-actionList input:focus');
    const entry = this.page.locator('#red-ui-actionList li.selected', { hasText: action });
    // As it slides out it forgets what was typed, even if it has been opened again meanwhile.
    await this.page.waitForSelector('#red-ui-actionList', { state: 'hidden' });
    do {
      // A dialog that was just closed may take the focus away from it; the same key gives it back.
      do await this.press('ControlOrMeta+Shift+p');
      while (!(await appears(input)));
      await this.write(action);
    } while (!(await appears(entry)));
    await this.press('Enter');
  }

  /** In the tree that has the focus: from its top goes down to each label in turn, opening all but the last. */
  async walk(tree: string, labels: readonly (string | RegExp)[]): Promise<void> {
    await this.press('ArrowDown');
    for (let above, here = ''; above !== here;) {
      above = here;
      await this.press('ArrowUp');
      here = await this.page.innerText(`${tree} ${MARKED}`);
    }
    for (const [index, label] of labels.entries()) {
      await this.downTo(tree, label);
      if (index === labels.length - 1) return;
      await this.press('ArrowRight');
      // What is below may have to be loaded first, and slides in.
      await this.page.locator(`${tree} :has(> ${MARKED}) ol .red-ui-treeList-label`).first().waitFor();
    }
  }

  private async downTo(tree: string, label: string | RegExp): Promise<void> {
    for (let presses = 0; presses < 100; presses++) {
      const text = (await this.page.innerText(`${tree} ${MARKED}`)).trim();
      if (typeof label === 'string' ? text === label : label.test(text)) return;
      await this.press('ArrowDown');
    }
    throw new Error(`The tree does not lead to ${String(label)}`);
  }
}
