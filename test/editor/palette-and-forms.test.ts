import assert from 'node:assert/strict';

import { API_KEY } from '../integration/support/world';
import { WITHOUT_MONACO, useDesk } from './support/desk';

const TYPES = ['sekoia-alert-created', 'sekoia-get-alert', 'sekoia-template'] as const;

describe('the palette and the forms', function () {
  this.timeout(90_000);
  const desk = useDesk({ world: WITHOUT_MONACO });
  let ids: string[] = [];
  let trigger = '';
  let config = '';

  const text = (selector: string): Promise<string> => desk.editor.page.locator(selector).innerText();
  const fill = (selector: string, value: string): Promise<void> => desk.editor.page.fill(selector, value);

  it('has the three nodes under the product’s name, and they can be wired', async () => {
    const { editor } = desk;
    const header = editor.page.locator('.red-ui-palette-header', { hasText: /Sekoia/ });
    assert.equal(await header.innerText(), 'Sekoia.io');
    for (const [index, type] of TYPES.entries()) ids.push(await editor.drag(type, 120 + index * 200, 120));
    [trigger = ''] = ids;
    await editor.wire(ids[0]!, ids[1]!);
    await editor.wire(ids[1]!, ids[2]!);
    assert.deepEqual((await editor.node(ids[0]!)).wires, [[ids[1]]]);
    assert.deepEqual((await editor.node(ids[1]!)).wires, [[ids[2]]]);
    const labels = await Promise.all(ids.map((id) => editor.label(id)));
    assert.deepEqual(labels, ['Alert Created', 'Get Alert', 'JSON body']);
  });

  it('say on the canvas what is missing', async () => {
    const { editor } = desk;
    for (const id of [ids[0]!, ids[1]!]) {
      await editor.waitForTriangle(id, true);
      assert.deepEqual(await editor.reasons(id), ['Choose a Sekoia configuration']);
    }
    await editor.waitForTriangle(ids[2]!, false);
  });

  it('offer the regions, and show what follows from the base URL', async () => {
    const { editor } = desk;
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
    await fill('#node-config-input-baseUrl', desk.world.platform.url);
    assert.equal(await page.inputValue('#sekoia-config-region'), 'custom');
    assert.equal(await text('#sekoia-config-address-api'), `${desk.world.platform.url}/api/v1`);
  });

  it('say that the configuration has no key, until it has one', async () => {
    const { editor } = desk;
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

  it('say in a sentence what passes, and on the canvas in a few words', async () => {
    const { editor } = desk;
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
    assert.match(await text(summary), /from 12 hours before the first start on/);
    await editor.done();
    assert.equal(await editor.label(trigger), 'Alert Created · rule "EICAR*"');
  });

  it('refuse a lowest urgency above the highest, and say why', async () => {
    const { editor } = desk;
    await editor.edit(trigger);
    await fill('#node-input-urgencyMin', '80');
    await fill('#node-input-urgencyMax', '20');
    const why = 'Urgency: the lower end is above the upper end, so no alert would pass';
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
    const { editor } = desk;
    await editor.edit(ids[1]!);
    await editor.page.selectOption('#node-input-config', config);
    await editor.page.check('#sekoia-get-alert-include-comments');
    await editor.page.check('#sekoia-get-alert-include-cases');
    await editor.done();
    await editor.waitForTriangle(ids[1]!, false);
    assert.equal(await editor.label(ids[1]!), 'Get Alert · comments, cases');
    assert.deepEqual((await editor.node(ids[1]!)).include, ['comments', 'cases']);
  });

  it('never get the key back once it is deployed', async () => {
    const { editor } = desk;
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

  it('change nothing by being looked at', async () => {
    const { editor } = desk;
    for (const id of ids) {
      await editor.edit(id);
      if (id !== ids[2]) {
        await editor.editConfig();
        await editor.done();
      }
      await editor.done();
    }
    assert.equal(await editor.changed(), false);
  });

  it('take an environment variable for the key', async () => {
    const { editor } = desk;
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
