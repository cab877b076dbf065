/**
 * `npm run screenshots`: makes the pictures in docs/images/ in a real browser, on a Node-RED with this package and
 * the stand-ins of Sekoia and of the external tool. With NODE_RED_HOME leading to a Node-RED 5 it makes the
 * dark ones, which Node-RED 4 has not.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import type { Browser } from 'playwright-core';

import { launchBrowser } from '../test/editor/support/browser';
import { Editor, boxOf } from '../test/editor/support/editor';
import { turnDark } from '../test/editor/support/theme';
import {
  API_KEY,
  type UseCaseFixture,
  deployAndGoLive,
  nodeOf,
  startUseCase,
} from '../test/integration/support/use-case-fixture';
import { makeRuns } from './screenshots-of-runs';

const IMAGES = path.resolve(__dirname, '..', 'docs', 'images');
const SHARP = { deviceScaleFactor: 2 };
/** Of the rules of the stand-in: those whose names look like a rule's. */
const RULES = ['RAT beaconing "HTTP"', 'Audit log cleared', 'Brute force on the VPN gateway'];

async function main(): Promise<void> {
  mkdirSync(IMAGES, { recursive: true });
  const browser = await launchBrowser();
  const world = await startUseCase();
  try {
    await deployAndGoLive(world);
    for (const name of RULES) world.platform.raise({ rule: { name } });
    await world.tool.waitFor(RULES.length, 30_000);
    const editor = await Editor.open(browser, world.nodeRed.url, {
      ...SHARP,
      viewport: { width: 1280, height: 1000 },
    });
    if (await turnDark(editor.page)) {
      await makeForms(editor, world, '-dark');
      await makeRuns(browser, IMAGES, '-dark', ({ page }) => turnDark(page));
    } else {
      await makeForms(editor, world, '');
      await makeHelp(editor, world);
      await makeFlow(browser, world);
      await makeExternalTool(browser, world);
      await makeRuns(browser, IMAGES, '', () => Promise.resolve());
    }
  } finally {
    await browser.close();
    await world.stop();
  }
}

async function makeForms(editor: Editor, { flows, platform }: UseCaseFixture, suffix: string): Promise<void> {
  const { page } = editor;
  await editor.edit(nodeOf(flows, 'sekoia-alert-created').id);
  await page.fill('#node-input-urgencyMin', '70');
  for (const [filter, value] of [
    ['rules', 'RAT beaconing*'],
    ['rules', '*ransom*'],
    ['entities', 'Site Lyon'],
    ['statuses', 'Pending'],
  ] as const) {
    await page.fill(`#sekoia-alert-created-${filter}`, value);
    await page.keyboard.press('Enter');
  }
  await page.fill('#sekoia-alert-created-alertTypes', 'mal');
  await page
    .locator('#sekoia-alert-created-alertTypes-suggestions [role="option"]', { hasText: 'rat-traffic' })
    .waitFor();
  await page.keyboard.press('ArrowDown');
  await shoot(editor, 'alert-created', 900, suffix);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');

  await editor.editConfig();
  await page.fill('#node-config-input-baseUrl', platform.url);
  await page.fill('#node-config-input-apiKey', API_KEY);
  await page.click('#sekoia-config-test');
  await page.waitForSelector('#sekoia-config-test-result.sekoia-good');
  await shoot(editor, 'sekoia-config', 790, suffix);
  await editor.cancel();
  await editor.cancel();

  await editor.edit(nodeOf(flows, 'sekoia-get-alert').id);
  await page.check('#sekoia-get-alert-include-comments');
  await page.check('#sekoia-get-alert-include-cases');
  await shoot(editor, 'get-alert', 830, suffix);
  await editor.cancel();

  await editor.edit(nodeOf(flows, 'sekoia-template').id);
  // Without the last bracket: the code editor writes it.
  await editor.writeCode(
    [
      '{',
      `"alert": "{{ node.0['short_id'] }}",`,
      `"rule": "{{ node.1['rule']['name'] }}",`,
      `"severity": "{{ node.1['rule']['severity'] }}"`,
    ].join('\n'),
  );
  await page.locator('#sekoia-template-preview-text', { hasText: '"severity": 95' }).waitFor();
  await page.keyboard.press('ControlOrMeta+Home');
  await shoot(editor, 'json-body', 840, suffix);
  await editor.cancel();
}

/** The open form, in a window that is as high as it needs. */
async function shoot({ page }: Editor, form: string, height: number, suffix: string): Promise<void> {
  await page.mouse.move(0, 0);
  await page.setViewportSize({ width: 1280, height });
  // Its header and footer: Node-RED 5 lets the canvas be seen beside the form.
  const top = await boxOf(page.locator('.red-ui-tray-header').last());
  const bottom = await boxOf(page.locator('.red-ui-tray-footer').last());
  await page.screenshot({
    path: file(form + suffix),
    animations: 'disabled',
    clip: { x: top.x, y: top.y, width: top.width, height: bottom.y + bottom.height - top.y },
  });
}

async function makeHelp(editor: Editor, { flows }: UseCaseFixture): Promise<void> {
  const { page } = editor;
  await page.locator(`[id="${nodeOf(flows, 'sekoia-alert-created').id}"] .red-ui-flow-node`).click();
  await page.keyboard.press('ControlOrMeta+g');
  await page.keyboard.press('h');
  await page.waitForSelector('.red-ui-help-title');
  await page.locator('#red-ui-sidebar').screenshot({ path: file('help'), animations: 'disabled' });
}

/** The canvas alone, as wide as the flow. */
async function makeFlow(browser: Browser, { nodeRed, flows }: UseCaseFixture): Promise<void> {
  const editor = await Editor.open(browser, nodeRed.url, {
    deviceScaleFactor: 1.5,
    viewport: { width: 1260, height: 560 },
  });
  const { page } = editor;
  await page.keyboard.press('ControlOrMeta+p');
  await page.keyboard.press('ControlOrMeta+Space');
  await page.waitForSelector('.red-ui-palette-closed.red-ui-sidebar-closed');
  await editor.waitForStatus(nodeOf(flows, 'sekoia-alert-created').id, /^live/);
  await editor.waitForStatus(nodeOf(flows, 'debug', 'Succeeded').id, /AL/);
  const chart = await boxOf(page.locator('#red-ui-workspace-chart'));
  await page.screenshot({
    path: file('flow'),
    animations: 'disabled',
    clip: { x: chart.x, y: chart.y, width: 1220, height: 270 },
  });
  await editor.close();
}

async function makeExternalTool(browser: Browser, { tool }: UseCaseFixture): Promise<void> {
  const page = await browser.newPage({
    deviceScaleFactor: 1.5,
    locale: 'en-US',
    viewport: { width: 900, height: 680 },
  });
  await page.goto(tool.url);
  await page
    .locator('#entries > li', { hasText: 'Answered 201' })
    .nth(RULES.length - 1)
    .waitFor();
  await page.screenshot({ path: file('external-tool'), animations: 'disabled' });
  await page.close();
}

function file(name: string): string {
  return path.join(IMAGES, `${name}.png`);
}

void main();
