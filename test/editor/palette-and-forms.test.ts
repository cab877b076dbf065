import assert from 'node:assert/strict';

import { API_KEY } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';

const TYPES = [
  'sekoia-alert-created',
  'sekoia-get-alert',
  'sekoia-template',
  'sekoia-alert-delivered',
] as const;

describe('the palette and the forms', () => {
  const fixture = useEditorFixture({ useCase: WITHOUT_MONACO });
  let ids: string[] = [];
  let trigger = '';
  let config = '';

  const text = (selector: string): Promise<string> => fixture.editor.page.locator(selector).innerText();
  const fill = (selector: string, value: string): Promise<void> => fixture.editor.page.fill(selector, value);

  it('show the nodes under the product’s name, and let you wire them', async () => {
    const { editor } = fixture;
    const header = editor.page.locator('.red-ui-palette-header', { hasText: /Sekoia/ });
    assert.equal(await header.innerText(), 'Sekoia.io');
    for (const [index, type] of TYPES.entries()) ids.push(await editor.drag(type, 120 + index * 180, 120));
    [trigger = ''] = ids;
    await editor.wire(ids[0]!, ids[1]!);
    await editor.wire(ids[1]!, ids[2]!);
    await editor.wire(ids[2]!, ids[3]!);
    assert.deepEqual((await editor.node(ids[0]!)).wires, [[ids[1]]]);
    assert.deepEqual((await editor.node(ids[1]!)).wires, [[ids[2]]]);
    assert.deepEqual((await editor.node(ids[2]!)).wires, [[ids[3]]]);
    const labels = await Promise.all(ids.map((id) => editor.label(id)));
    assert.deepEqual(labels, ['Alert Created', 'Get Alert', 'JSON body', 'Alert Delivered']);
  });

  it('show on the canvas what is missing', async () => {
    const { editor } = fixture;
    for (const id of [ids[0]!, ids[1]!]) {
      await editor.waitForTriangle(id, true);
      assert.deepEqual(await editor.reasons(id), ['Choose a Sekoia configuration']);
    }
    for (const id of [ids[2]!, ids[3]!]) await editor.waitForTriangle(id, false);
  });

  it('offer the regions and show the addresses derived from the base URL', async () => {
    const { editor } = fixture;
    const { page } = editor;
    await editor.edit(trigger);
    await editor.editConfig('add');
    assert.equal(await page.inputValue('#sekoia-config-region'), 'FRA1');
    assert.equal(await page.inputValue('#node-config-input-baseUrl'), 'https://api.sekoia.io');
    assert.equal(await text('#sekoia-config-address-live'), 'wss://app.sekoia.io/live/');

    await page.selectOption('#sekoia-config-region', 'USA1');
    assert.equal(await page.inputValue('#node-config-input-baseUrl'), 'https://app.usa1.sekoia.io/api');
    assert.equal(await text('#sekoia-config-address-api'), 'https://app.usa1.sekoia.io/api/v1');
    assert.equal(await text('#sekoia-config-address-live'), 'wss://app.usa1.sekoia.io/live/');
    assert.equal(
      await text('#sekoia-config-address-intake'),
      'https://intake.usa1.sekoia.io/api/v1/intake-http',
    );

    await fill('#node-config-input-baseUrl', 'two words');
    assert.equal(await text('#sekoia-config-address-api'), 'not a web address');
    await page.keyboard.press('Tab');
    await page.locator('#node-config-input-baseUrl.input-error').waitFor();
    await fill('#node-config-input-baseUrl', fixture.useCase.platform.url);
    assert.equal(await page.inputValue('#sekoia-config-region'), 'custom');
    assert.equal(await text('#sekoia-config-address-api'), `${fixture.useCase.platform.url}/api/v1`);
  });

  it('say that the configuration has no key, until it has one', async () => {
    const { editor } = fixture;
    await editor.done();
    await editor.done();
    await editor.waitForTriangle(trigger, true);
    const reasons = await editor.reasons(trigger);
    assert.deepEqual(reasons, ['The Sekoia configuration has no API key: open it and enter one']);

    await editor.edit(trigger);
    await editor.editConfig();
    await fill('#node-config-input-apiKey', API_KEY);
    await editor.done();
    await editor.done();
    await editor.waitForTriangle(trigger, false);
    config = String((await editor.node(trigger)).config);
  });

  it('summarize the filters in a sentence, and on the canvas in a few words', async () => {
    const { editor } = fixture;
    await editor.edit(trigger);
    const summary = '#sekoia-alert-created-summary';
    assert.equal(await text(summary), 'New alerts of any urgency from any rule, from now on.');
    await fill('#node-input-urgencyMin', '70');
    assert.equal(await text(summary), 'New alerts of urgency 70–100 from any rule, from now on.');
    await editor.done();
    assert.equal(await editor.label(trigger), 'Alert Created · urgency ≥ 70');

    await editor.edit(trigger);
    await fill('#node-input-urgencyMin', '0');
    await fill('#sekoia-alert-created-rules', 'EICAR*');
    await editor.page.press('#sekoia-alert-created-rules', 'Enter');
    assert.match(await text(summary), /from rule “EICAR\*”/);
    await editor.page.selectOption('#node-input-startFrom', 'ago');
    await fill('#node-input-startAgoHours', '12');
    assert.match(await text(summary), /starting 12 hours before the first start/);
    await editor.done();
    assert.equal(await editor.label(trigger), 'Alert Created · rule "EICAR*"');
  });

  it('refuse a lowest urgency above the highest, and say why', async () => {
    const { editor } = fixture;
    await editor.edit(trigger);
    await fill('#node-input-urgencyMin', '80');
    await fill('#node-input-urgencyMax', '20');
    const why = 'Urgency: the minimum is greater than the maximum, so no alert passes';
    assert.equal(await text('#sekoia-alert-created-urgency-problem'), why);
    await editor.done();
    await editor.waitForTriangle(trigger, true);
    assert.ok((await editor.reasons(trigger)).includes(why));

    await editor.edit(trigger);
    await fill('#node-input-urgencyMax', '${HIGHEST}');
    assert.equal(await text('#sekoia-alert-created-urgency-problem'), '');
    await editor.done();
    await editor.waitForTriangle(trigger, false);
  });

  it('name the parts that Get Alert adds', async () => {
    const { editor } = fixture;
    await editor.edit(ids[1]!);
    await editor.page.selectOption('#node-input-config', config);
    await editor.page.check('#sekoia-get-alert-include-comments');
    await editor.page.check('#sekoia-get-alert-include-cases');
    await editor.done();
    await editor.waitForTriangle(ids[1]!, false);
    assert.equal(await editor.label(ids[1]!), 'Get Alert · comments, cases');
    assert.deepEqual((await editor.node(ids[1]!)).include, ['comments', 'cases']);
  });

  it('explain each delivery option and hide the options that do not apply', async () => {
    const { editor } = fixture;
    const { page } = editor;
    const isShown = (name: string): Promise<boolean> => page.locator(`#node-input-${name}`).isVisible();
    await editor.edit(trigger);
    await page.click('#sekoia-alert-created-delivery-toggle');
    assert.equal(await page.inputValue('#node-input-deliveredWhen'), 'end');
    assert.equal(await page.inputValue('#node-input-afterTimeout'), 'retry');
    assert.match(await text('#sekoia-alert-created-afterTimeout-hint'), /may arrive twice/);
    await page.selectOption('#node-input-afterTimeout', 'set-aside');
    assert.match(await text('#sekoia-alert-created-afterTimeout-hint'), /not sent again automatically/);
    await page.selectOption('#node-input-deliveredWhen', 'confirmed');
    assert.match(await text('#sekoia-alert-created-deliveredWhen-hint'), /until Alert Delivered confirms it/);
    // There is such a node on the canvas.
    assert.equal(await text('#sekoia-alert-created-deliveredWhen-problem'), '');

    await page.selectOption('#node-input-delivery', 'at-most-once');
    assert.deepEqual([await isShown('deliveredWhen'), await isShown('afterTimeout')], [false, false]);
    assert.equal(await isShown('retries'), true);
    await page.selectOption('#node-input-delivery', 'at-least-once');
    assert.deepEqual([await isShown('deliveredWhen'), await isShown('afterTimeout')], [true, true]);
    await editor.done();
    const { delivery, deliveredWhen, afterTimeout } = await editor.node(trigger);
    assert.deepEqual([delivery, deliveredWhen, afterTimeout], ['at-least-once', 'confirmed', 'set-aside']);
    await editor.waitForTriangle(trigger, false);
  });

  it('warn when a confirmation is required and no flow has an Alert Delivered node', async () => {
    const { editor } = fixture;
    const { page } = editor;
    const delivered = ids[3]!;
    await page.locator(`[id="${delivered}"] .red-ui-flow-node`).click();
    await page.waitForSelector(`[id="${delivered}"].red-ui-flow-node-selected`);
    await page.keyboard.press('Delete');
    await page.waitForSelector(`[id="${delivered}"]`, { state: 'detached' });
    await editor.edit(trigger);
    // It is open from the start: something in it is set.
    const problem = '#sekoia-alert-created-deliveredWhen-problem';
    assert.match(await text(problem), /No flow contains an Alert Delivered node/);
    await page.selectOption('#node-input-deliveredWhen', 'end');
    assert.equal(await text(problem), '');
    await page.selectOption('#node-input-afterTimeout', 'retry');
    await editor.done();
    ids[3] = await editor.drag('sekoia-alert-delivered', 660, 120);
    await editor.wire(ids[2]!, ids[3]);
  });

  it('reject unknown options and accept those of older flows', async () => {
    const { editor } = fixture;
    const check = (property: string, value: string): Promise<unknown> =>
      editor.page.evaluate(
        `(({ _def, ...node }) => _def.defaults.${property}.validate.call(RED.nodes.node(node.id), ${value}, {}))(RED.nodes.node(${JSON.stringify(trigger)}))`,
      );
    for (const value of ['undefined', '"end"', '"confirmed"', '"${MODE}"'])
      assert.equal(await check('deliveredWhen', value), true, value);
    for (const value of ['""', 'null', '"never"', '5', '["end"]'])
      assert.equal(await check('deliveredWhen', value), 'Delivered when: choose one of the options', value);
    for (const value of ['undefined', '"retry"', '"set-aside"'])
      assert.equal(await check('afterTimeout', value), true, value);
    assert.equal(await check('afterTimeout', '"end"'), 'After a timeout: choose one of the options');
  });

  it('show where Alert Delivered reads the alerts, and require a place', async () => {
    const { editor } = fixture;
    const [, , , delivered = ''] = ids;
    await editor.edit(delivered);
    const input = editor.page.locator('#node-input-alerts + .red-ui-typedInput-container input');
    assert.equal(await input.inputValue(), 'sekoia.alert.uuid');
    await input.fill('');
    await editor.done();
    await editor.waitForTriangle(delivered, true);
    assert.deepEqual(await editor.reasons(delivered), ['Enter which alerts were delivered']);
    await editor.edit(delivered);
    await input.fill('alerts');
    await editor.done();
    await editor.waitForTriangle(delivered, false);
    assert.equal(await editor.label(delivered), 'Alert Delivered · msg.alerts');
    const { alerts, alertsType } = await editor.node(delivered);
    assert.deepEqual([alerts, alertsType], ['alerts', 'msg']);
  });

  it('never receive the key again after a deploy', async () => {
    const { editor } = fixture;
    await editor.deploy();
    await editor.edit(trigger);
    await editor.editConfig();
    assert.equal(await editor.page.inputValue('#node-config-input-apiKey'), '__PWRD__');
    assert.ok(!(await editor.page.content()).includes(API_KEY));
    const known = await editor.page.evaluate(
      `JSON.stringify(RED.nodes.node(${JSON.stringify(config)}).credentials)`,
    );
    assert.ok(!String(known).includes(API_KEY));
    await editor.cancel();
    await editor.cancel();
  });

  it('change nothing when they are opened and closed', async () => {
    const { editor } = fixture;
    for (const id of ids) {
      await editor.edit(id);
      if (id === ids[0] || id === ids[1]) {
        await editor.editConfig();
        await editor.done();
      }
      await editor.done();
    }
    assert.equal(await editor.changed(), false);
  });

  it('accept an environment variable as the key', async () => {
    const { editor } = fixture;
    await editor.edit(trigger);
    await editor.editConfig();
    await fill('#node-config-input-apiKey', '${SEKOIA_API_KEY}');
    await editor.done();
    await editor.done();
    assert.deepEqual(await editor.reasons(trigger), []);
    await editor.waitForTriangle(trigger, false);
    ids = [];
  });
});
