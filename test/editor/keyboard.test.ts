import assert from 'node:assert/strict';

import { API_KEY, EXAMPLE_1, EXAMPLE_3, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { Keyboard } from './support/keyboard';

const EXAMPLES = '#red-ui-clipboard-dialog-import-tab-examples';

describe('a user with only a keyboard', () => {
  const fixture = useEditorFixture({ useCase: WITHOUT_MONACO });
  let keys: Keyboard;
  let trigger = '';

  before(async () => {
    keys = new Keyboard(fixture.editor.page);
    // Its action “go to next node”, the only key to a first node, fails in Node-RED 5.0 on a variable that it
    // does not declare (selectFirstNode in its red.js).
    await fixture.editor.page.evaluate('window.candidates = undefined');
  });

  /** Opens the form of a node: the first one of the flow, or so many steps along the wires from there. */
  const open = async (steps: number): Promise<void> => {
    for (let step = 0; step <= steps; step++) await keys.run('go to next node');
    await keys.run('edit selected node');
    await fixture.editor.settled('#node-dialog-ok');
  };
  const close = async (isInner: boolean): Promise<void> => {
    await keys.press('ControlOrMeta+Enter');
    await fixture.editor.left(isInner);
  };

  it('imports the example', async () => {
    await keys.run('show examples import dialog');
    await fixture.editor.page.waitForSelector(`${EXAMPLES} .red-ui-treeList`);
    await keys.tabTo(`${EXAMPLES} .red-ui-treeList`);
    await keys.walk(EXAMPLES, ['@sekoia-flows/node-red-sekoia', EXAMPLE_1]);
    await keys.tabTo('#red-ui-clipboard-dialog-ok');
    await keys.press('Enter');
    await fixture.editor.page.waitForSelector('#red-ui-clipboard-dialog-ok', { state: 'hidden' });
    await keys.run('show next tab');
    trigger = nodeOf(await fixture.editor.nodes(), 'sekoia-alert-created').id;
    await fixture.editor.waitForTriangle(trigger, true);
  });

  it('fills in the configuration and tests it', async () => {
    const { page } = fixture.editor;
    await open(0);
    await keys.tabTo('#node-input-btn-config-edit');
    await keys.press('Enter');
    await fixture.editor.settled('#node-config-dialog-ok');
    await keys.tabTo('#node-config-input-baseUrl');
    await keys.write(fixture.useCase.platform.url);
    await keys.tabTo('#node-config-input-apiKey');
    await keys.write(API_KEY);
    await keys.tabTo('#sekoia-config-test');
    await keys.press('Enter');
    await page.locator('#sekoia-config-test-result.sekoia-good', { hasText: 'Connected as' }).waitFor();
    // The button was disabled meanwhile, and has the focus again.
    assert.ok(await page.evaluate('document.activeElement?.id === "sekoia-config-test"'));
    await keys.tabTo('#sekoia-config-advanced');
    await keys.press('Enter');
    await keys.tabTo('#node-config-input-requestsPerSecond');
    await keys.press('ArrowUp');
    assert.equal(await page.inputValue('#node-config-input-requestsPerSecond'), '6');
    await close(true);
  });

  it('adds a filter, removes it and adds it again', async () => {
    const { page } = fixture.editor;
    const tags = page.locator('.sekoia-tags:has(#sekoia-alert-created-rules) .sekoia-tag');
    await keys.tabTo('#sekoia-alert-created-rules');
    for (const text of ['One', 'Two', '*']) {
      await page.keyboard.type(text);
      await keys.press('Enter');
    }
    assert.deepEqual(await tags.allInnerTexts(), ['One', 'Two', '*']);
    await keys.press('ArrowLeft', 'ArrowLeft', 'Delete', 'ArrowLeft', 'Delete');
    assert.deepEqual(await tags.allInnerTexts(), ['*']);
    await keys.press('Tab');
    await close(false);
    assert.deepEqual((await fixture.editor.node(trigger)).rules, ['*']);
    await fixture.editor.waitForTriangle(trigger, false);
  });

  it('adds a part of the alert', async () => {
    // From Alert Created, which is still the selected one, to Get Alert.
    await open(0);
    await keys.tabTo('#sekoia-get-alert-include-comments');
    await keys.press('Space');
    await close(false);
    const getAlert = nodeOf(await fixture.editor.nodes(), 'sekoia-get-alert');
    assert.deepEqual(getAlert.include, ['comments']);
  });

  it('breaks a JSON body and repairs it', async () => {
    const { page } = fixture.editor;
    const isFocused = (id: string): Promise<boolean> =>
      page.evaluate(`document.activeElement?.id === "${id}"`);
    await open(0);
    await keys.tabTo('#sekoia-template-insert');
    await keys.press('Enter');
    await page.waitForSelector('.sekoia-template-menu a:focus');
    await keys.press('Escape');
    assert.ok(await isFocused('sekoia-template-insert'));
    await keys.tabTo('#sekoia-template-editor textarea');
    await keys.press('ControlOrMeta+End');
    await page.keyboard.type('oops');
    await page.waitForSelector('.sekoia-template-problem');
    await keys.press('Backspace', 'Backspace', 'Backspace', 'Backspace');
    await page.waitForSelector('.sekoia-template-no-problem');
    await close(false);
  });

  it('chooses how alerts are delivered', async () => {
    const { page } = fixture.editor;
    const value = (name: string): Promise<string> => page.inputValue(`#node-input-${name}`);
    await keys.run('go to previous node');
    await keys.run('go to previous node');
    await keys.run('edit selected node');
    await fixture.editor.settled('#node-dialog-ok');
    await keys.tabTo('#sekoia-alert-created-delivery-toggle');
    await keys.press('Enter');
    await keys.tabTo('#node-input-deliveredWhen');
    await keys.press('ArrowDown');
    assert.equal(await value('deliveredWhen'), 'confirmed');
    await keys.press('ArrowUp');
    await keys.tabTo('#node-input-afterTimeout');
    await keys.press('ArrowDown');
    assert.equal(await value('afterTimeout'), 'set-aside');
    await close(false);
    const { deliveredWhen, afterTimeout } = await fixture.editor.node(trigger);
    assert.deepEqual([deliveredWhen, afterTimeout], ['end', 'set-aside']);
    // Back to the JSON body.
    await keys.run('go to next node');
    await keys.run('go to next node');
  });

  it('fills in the external tool and deploys everything', async () => {
    const { page } = fixture.editor;
    await open(0);
    await keys.tabTo('#node-input-url');
    await keys.write(`${fixture.useCase.tool.url}/api/alerts`);
    await close(false);
    await keys.press('ControlOrMeta+d');
    await page.waitForSelector('#red-ui-header-button-deploy.disabled');
    await fixture.editor.waitForStatus(trigger, /^live/);
    const { uuid } = fixture.useCase.platform.raise();
    const [received] = await fixture.useCase.tool.waitFor(1, 30_000);
    assert.equal(received?.headers['idempotency-key'], uuid);
  });

  it('tells Alert Delivered where the alerts are', async () => {
    const { page } = fixture.editor;
    await keys.run('show examples import dialog');
    await page.waitForSelector(`${EXAMPLES} .red-ui-treeList`);
    await keys.tabTo(`${EXAMPLES} .red-ui-treeList`);
    await keys.walk(EXAMPLES, ['@sekoia-flows/node-red-sekoia', EXAMPLE_3]);
    await keys.tabTo('#red-ui-clipboard-dialog-ok');
    await keys.press('Enter');
    await page.waitForSelector('#red-ui-clipboard-dialog-ok', { state: 'hidden' });
    await keys.run('show next tab');
    // Alert Created, the function, the request, the switch, and behind its first output Alert Delivered.
    await open(4);
    await keys.tabTo('.red-ui-typedInput-type-select');
    await keys.press('Enter');
    for (const type of ['msg', 'flow']) {
      await page.waitForSelector(`.red-ui-typedInput-options a[value="${type}"]:focus`);
      await keys.press(type === 'flow' ? 'Enter' : 'ArrowDown');
    }
    await keys.tabTo('.red-ui-typedInput-input');
    await keys.write('delivered');
    await close(false);
    const { alerts, alertsType } = nodeOf(await fixture.editor.nodes(), 'sekoia-alert-delivered');
    assert.deepEqual([alerts, alertsType], ['delivered', 'flow']);
  });
});
