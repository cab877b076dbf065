import assert from 'node:assert/strict';
import os from 'node:os';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import {
  type UseCaseFixture,
  type UseCaseOptions,
  startUseCase,
} from '../../integration/support/use-case-fixture';
import { launchBrowser } from './browser';
import { Editor } from './editor';

export interface EditorFixtureOptions {
  useCase?: UseCaseOptions;
  /** What is to be done before the editor is opened: a deploy, for instance. */
  prepare?: (useCase: UseCaseFixture) => Promise<unknown>;
}

/** What a user sits in front of. */
export interface EditorFixture {
  readonly useCase: UseCaseFixture;
  readonly browser: Browser;
  readonly editor: Editor;
}

/** Node-RED without Monaco, which takes long to load. */
export const WITHOUT_MONACO: UseCaseOptions = {
  nodeRed: {
    settings: { editorTheme: { tours: false, projects: { enabled: false }, codeEditor: { lib: 'ace' } } },
  },
};

/** Sets a fixture up for the tests of a `describe`, and checks after each that nothing went wrong in the page. */
export function useEditorFixture({ useCase: options, prepare }: EditorFixtureOptions = {}): EditorFixture {
  let useCase: UseCaseFixture | undefined;
  let browser: Browser | undefined;
  let editor: Editor | undefined;

  before(async () => {
    browser = await launchBrowser();
    useCase = await startUseCase(options);
    await prepare?.(useCase);
    editor = await Editor.open(browser, useCase.nodeRed.url);
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
    await useCase?.stop();
  });

  return {
    get useCase() {
      return there(useCase);
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
