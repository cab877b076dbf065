import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import { type World, type WorldOptions, startWorld } from '../../integration/support/world';
import { launchBrowser } from './browser';
import { Editor } from './editor';

export interface DeskOptions {
  world?: WorldOptions;
  /** What is to be done before the editor is opened: a deploy, for instance. */
  prepare?: (world: World) => Promise<unknown>;
}

/** What a user sits in front of. */
export interface Desk {
  readonly world: World;
  readonly browser: Browser;
  readonly editor: Editor;
}

/** Node-RED without Monaco, which takes long to load. */
export const WITHOUT_MONACO: WorldOptions = {
  nodeRed: {
    settings: { editorTheme: { tours: false, projects: { enabled: false }, codeEditor: { lib: 'ace' } } },
  },
};

/** Sets a desk up for the tests of a `describe`, and checks after each that nothing went wrong in the page. */
export function useDesk({ world: options, prepare }: DeskOptions = {}): Desk {
  let world: World | undefined;
  let browser: Browser | undefined;
  let editor: Editor | undefined;

  before(async () => {
    browser = await launchBrowser();
    world = await startWorld(options);
    await prepare?.(world);
    editor = await Editor.open(browser, world.nodeRed.url);
  });

  let failed = false;

  beforeEach(function () {
    // Each test goes on where the one before stopped, as a user does.
    if (failed) this.skip();
  });

  afterEach(async function () {
    if (editor === undefined) return;
    if (this.currentTest?.state === 'failed') {
      failed = true;
      const file = path.join(os.tmpdir(), `editor-test-failed-${process.pid}.png`);
      await editor.page.screenshot({ path: file });
      // The picture of the page says more than the error.
      process.stderr.write(`    The page as the test left it: ${file}\n`);
    }
    assert.deepEqual(editor.problems.splice(0), []);
  });

  after(async () => {
    await browser?.close();
    await world?.stop();
  });

  return {
    get world() {
      return there(world);
    },
    get browser() {
      return there(browser);
    },
    get editor() {
      return there(editor);
    },
  };
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('Not set up yet');
  return value;
}
