import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { Keyboard } from './support/keyboard';
import { RunsSidebar } from './support/runs-sidebar';

const FAILED_STEP = 'Send to the external tool';

describe('the sidebar Sekoia runs, with only a keyboard', () => {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      Object.assign(nodeOf(useCase.flows, 'sekoia-alert-created'), { retries: 0 });
      await deployAndGoLive(useCase);
    },
  });
  let keys: Keyboard;
  let runs: RunsSidebar;

  before(() => {
    keys = new Keyboard(fixture.editor.page);
    runs = new RunsSidebar(fixture.editor.page);
  });

  /** Waits until the focus is at what matches; has such a text, if it is given. */
  const waitForFocus = (selector: string, text = ''): Promise<unknown> =>
    fixture.editor.page.waitForFunction(
      `document.activeElement?.matches(${JSON.stringify(selector)}) && document.activeElement.textContent.includes(${JSON.stringify(text)})`,
    );

  it('lets you find, open and close a run', async () => {
    const { platform, tool } = fixture.useCase;
    const [first, second] = [platform.raise(), platform.raise()];
    await tool.waitFor(2, 30_000);
    const broken = tool.answer({ status: 500 });
    const third = platform.raise();
    await keys.run('Show Sekoia runs');
    await waitForFocus('.sekoia-runs input');
    await runs.rows(third.short_id).filter({ hasText: 'Failed' }).waitFor();
    broken.clear();

    await keys.tabTo('.sekoia-runs-row');
    await waitForFocus('.sekoia-runs-row', third.short_id);
    await keys.press('End');
    await waitForFocus('.sekoia-runs-row', first.short_id);
    await keys.press('ArrowUp');
    await waitForFocus('.sekoia-runs-row', second.short_id);
    await keys.press('Home', 'Enter');
    await runs.steps(FAILED_STEP).waitFor();
  });

  it('lets you open a step and its output', async () => {
    const { page } = fixture.editor;
    await keys.tabTo('.sekoia-runs-step');
    await waitForFocus('.sekoia-runs-step', 'Alert Created');
    await keys.press('Enter');
    await waitForFocus('.sekoia-runs-step', 'Alert Created');
    await keys.tabTo('.red-ui-debug-msg-expandable');
    await waitForFocus('.red-ui-debug-msg-expandable[aria-expanded="true"]');
    await keys.press(' ');
    await waitForFocus('.red-ui-debug-msg-expandable[aria-expanded="false"]');
    await page.waitForSelector('.sekoia-runs-step[aria-expanded="true"]');
  });

  it('lets you rerun a run and answer the question', async () => {
    await keys.press('Escape');
    await waitForFocus('.sekoia-runs-row', 'Failed');
    await keys.press('Enter');
    await runs.steps().first().waitFor();
    await keys.tabTo('.sekoia-runs-bar button:last-child');
    await keys.press('Enter');
    await waitForFocus('[role="alertdialog"] button', 'Rerun');
    await keys.press('Tab');
    await waitForFocus('[role="alertdialog"] button', 'Cancel');
    await keys.press('Shift+Tab', 'Enter');
    await runs.rows('Succeeded').nth(2).waitFor();
    // The run is left; the focus is where it came from.
    await waitForFocus('.sekoia-runs-row', 'Failed');
  });

  it('lets you switch the trigger', async () => {
    await keys.run('Show Sekoia runs');
    for (let presses = 0; presses < 5; presses++) {
      if (await fixture.editor.page.evaluate('document.activeElement?.matches(".sekoia-runs-switch")')) break;
      await keys.press('Shift+Tab');
    }
    await keys.press(' ');
    await runs.waitForSwitch(false);
    await waitForFocus('.sekoia-runs-switch');
    await keys.press(' ');
    await runs.waitForSwitch(true);
    assert.equal(await fixture.editor.changed(), false);
  });
});
