import path from 'node:path';

import type { Browser, Page } from 'playwright-core';

import { Editor, boxOf } from '../test/editor/support/editor';
import { RunsSidebar } from '../test/editor/support/runs-sidebar';
import { deployAndGoLive, nodeOf, startUseCase } from '../test/integration/support/use-case-fixture';

const RULES = [
  'Suspicious PowerShell download',
  'Audit log cleared',
  'RAT beaconing "HTTP"',
  'Impossible travel',
  'Brute force on the VPN gateway',
  'New administrator in Active Directory',
];
/** Which of them the other tool does not take, and which it still works at. */
const REFUSED = 3;
const LAST = RULES.length - 1;

/** The sidebar Sekoia runs, with its list and with a run that failed. */
export async function makeRuns(
  browser: Browser,
  images: string,
  suffix: string,
  prepare: (editor: Editor) => Promise<unknown>,
): Promise<void> {
  const world = await startUseCase();
  try {
    Object.assign(nodeOf(world.flows, 'sekoia-alert-created'), { retries: 0 });
    await deployAndGoLive(world);
    const editor = await Editor.open(browser, world.nodeRed.url, {
      deviceScaleFactor: 1.5,
      viewport: { width: 1480, height: 700 },
    });
    const { page } = editor;
    await prepare(editor);
    const runs = new RunsSidebar(page);
    await runs.open();
    await hideDebug(page);
    for (const [index, name] of RULES.entries()) {
      const answer =
        index === REFUSED ? { status: 503, body: { error: 'Under maintenance' } } : { hang: true };
      if (index === REFUSED || index === LAST) world.tool.answer({ ...answer, times: 1 });
      world.platform.raise({ rule: { name } });
      await world.tool.waitFor(index + 1, 30_000);
    }
    await runs.rows(RULES[LAST]).waitFor();
    await page.locator('.sekoia-runs-figures > div', { hasText: 'succeeded' }).getByText('4').waitFor();
    await page.locator('.sekoia-runs-figures > div', { hasText: 'failed' }).getByText('1').waitFor();
    await page.evaluate('document.activeElement.blur()');
    await page.mouse.move(0, 0);
    const box = await boxOf(runs.root);
    const height = (await boxOf(runs.rows().last())).y + 62 - box.y;
    await page.screenshot({
      path: path.join(images, `runs${suffix}.png`),
      animations: 'disabled',
      clip: { ...box, height: Math.min(height, box.height) },
    });

    // Without the palette, for the canvas.
    await page.keyboard.press('ControlOrMeta+p');
    await runs.openRun(RULES[REFUSED] ?? '', 'Failed');
    await page.locator('.sekoia-runs-error', { hasText: '503' }).first().waitFor();
    await page.evaluate('document.activeElement.blur()');
    await page.mouse.move(0, 0);
    const chart = await boxOf(page.locator('#red-ui-workspace-chart'));
    const { x, width } = await boxOf(runs.root);
    await page.screenshot({
      path: path.join(images, `runs-failed${suffix}.png`),
      animations: 'disabled',
      clip: { x: chart.x, y: 0, width: x + width - chart.x, height: 610 },
    });
    await editor.close();
  } finally {
    await world.stop();
  }
}

/** Node-RED 5 shows it below the other sidebars. */
async function hideDebug(page: Page): Promise<void> {
  const button = page.locator('button[data-tab-id="debug"].selected');
  if ((await button.count()) > 0) await button.click();
}
