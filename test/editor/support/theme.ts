import type { Page } from 'playwright-core';

/** Turns the dark theme on, if there is one: Node-RED 4 has none. */
export async function turnDark(page: Page): Promise<boolean> {
  await page.keyboard.press('ControlOrMeta+,');
  await page.waitForSelector('#user-settings-view-show-grid', { state: 'attached' });
  const theme = page.locator('#user-settings-view-dark-theme');
  const exists = (await theme.count()) > 0;
  if (exists) await theme.selectOption('dark');
  await page.click('#red-ui-settings-dialog-ok, .red-ui-tray-toolbar .primary');
  await page.waitForSelector('.red-ui-tray', { state: 'detached' });
  if (exists) await page.waitForSelector('html.nr-theme-dark');
  return exists;
}
