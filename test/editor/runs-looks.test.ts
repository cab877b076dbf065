import assert from 'node:assert/strict';

import type { Page } from 'playwright-core';

import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { Editor, boxOf } from './support/editor';
import { paleTexts } from './support/looks';
import { RunsSidebar } from './support/runs-sidebar';
import { turnDark } from './support/theme';

const HOSTILE = [
  '<img src=x onerror=alert(1)>',
  'long'.repeat(2500),
  '\u202egnirts a \u2067 من اليمين إلى اليسار',
  '</script><script>alert(2)</script>',
];
/** How a text looks that is in no catalogue. */
const MISSING_KEY = /\bsekoia-[a-z-]+\.\w|__\w+__/;

describe('the sidebar Sekoia runs with hostile texts', function () {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      Object.assign(nodeOf(useCase.flows, 'sekoia-alert-created'), { retries: 0, name: HOSTILE[0] });
      await deployAndGoLive(useCase);
      useCase.tool.answer({ status: 500, times: 1, body: HOSTILE[0] });
      for (const [index, title] of HOSTILE.entries()) {
        useCase.platform.raise({ rule: { name: title } });
        await useCase.tool.waitFor(index + 1, 30_000);
      }
    },
  });

  /** Shows the list and then each run with all of its steps open. */
  const eachView = async (editor: Editor, look: (page: Page) => Promise<void>): Promise<void> => {
    const runs = new RunsSidebar(editor.page);
    await runs.open();
    await runs
      .rows()
      .nth(HOSTILE.length - 1)
      .waitFor();
    await look(editor.page);
    for (let index = 0; index < HOSTILE.length; index++) {
      await runs.rows().nth(index).click();
      await runs.steps().first().waitFor();
      for (const step of await runs.steps().all())
        if ((await step.getAttribute('aria-expanded')) === 'false') await step.click();
      await look(editor.page);
      await editor.page.keyboard.press('Escape');
      await runs.rows().first().waitFor();
    }
  };

  const looksFine = async (page: Page): Promise<void> => {
    assert.deepEqual(await paleTexts(page, 4.5, '.sekoia-runs'), []);
    assert.deepEqual(await strangers(page), []);
    assert.deepEqual(await standsOut(page), []);
  };

  it('is legible in the light theme and shows what an alert says as text', () =>
    eachView(fixture.editor, looksFine));

  it('shows the title unchanged', async () => {
    const runs = new RunsSidebar(fixture.editor.page);
    await runs.rows('<img src=x onerror=alert(1)>').waitFor();
    await runs.rows('</script>').waitFor();
    const heights = await runs.rows().evaluateAll((rows) => rows.map((row) => row.clientHeight));
    assert.ok(Math.max(...heights) < 80, heights.join());
  });

  it('fits into 180 pixels', async () => {
    const runs = new RunsSidebar(fixture.editor.page);
    await runs.resize(180);
    assert.ok((await boxOf(runs.root)).width <= 180);
    await eachView(fixture.editor, looksFine);
    await runs.resize(320);
  });

  it('is legible in the dark theme, if Node-RED has one', async function () {
    const { page } = fixture.editor;
    if (!(await turnDark(page))) this.skip();
    await eachView(fixture.editor, looksFine);
  });

  it('is French in a French browser', async () => {
    const french = await Editor.open(fixture.browser, fixture.useCase.nodeRed.url, { locale: 'fr-FR' });
    await eachView(french, async (page) => {
      assert.doesNotMatch(await page.innerText('.sekoia-runs'), MISSING_KEY);
    });
    await french.page.locator('.sekoia-runs', { hasText: /Réussie[^]*Échouée/ }).waitFor();
    assert.deepEqual(french.problems, []);
    await french.close();
  });
});

/** Elements that are not made by the sidebar: what an alert says became HTML. */
function strangers(page: Page): Promise<string[]> {
  return page.evaluate(
    `[...document.querySelectorAll('.sekoia-runs :is(img, script, iframe, style, h1)')].map(({ outerHTML }) => outerHTML)`,
  );
}

/** What is wider than the sidebar. */
function standsOut(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const root = document.querySelector('.sekoia-runs');
    const { left, right } = root.getBoundingClientRect();
    return [...root.querySelectorAll('*')]
      .filter((element) => element.checkVisibility() && !element.closest('.sekoia-runs-object, .sekoia-runs-unseen'))
      .filter((element) => {
        const box = element.getBoundingClientRect();
        // A clipped title is cut by what it stands in.
        return box.width > 1 && (box.right > right + 1 || box.left < left - 1);
      })
      .map(({ tagName, className }) => tagName + ' ' + className);
  })()`);
}
