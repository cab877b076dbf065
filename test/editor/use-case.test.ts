import assert from 'node:assert/strict';

import { API_KEY, EXAMPLE_1, EXAMPLE_2, TOOL_TOKEN, nodeOf } from '../integration/support/use-case-fixture';
import type { FlowNode } from '../../scripts/node-red-process';
import { useEditorFixture } from './support/editor-fixture';

const FLOW_1 = 'Synchronise alerts with an external tool';
const FLOW_2 = 'Send alerts to a custom intake';
const INTAKE_KEY = 'intake-key-of-the-editor-tests';

describe('the use case in the editor', () => {
  const fixture = useEditorFixture({ useCase: { platform: { intakeKey: INTAKE_KEY } } });

  const nodes = async (flow: string): Promise<FlowNode[]> => {
    const all = await fixture.editor.nodes();
    const tab = nodeOf(
      all.filter(({ label }) => label === flow),
      'tab',
    );
    return all.filter(({ z }) => z === tab.id);
  };

  /** Enters address and key in the configuration of a trigger. */
  const configure = async (trigger: string): Promise<void> => {
    const { editor, useCase } = fixture;
    await editor.edit(trigger);
    await editor.editConfig();
    await editor.page.fill('#node-config-input-baseUrl', useCase.platform.url);
    await editor.page.fill('#node-config-input-apiKey', API_KEY);
    await editor.done();
    await editor.done();
  };

  it('goes live after the example is imported and filled in', async () => {
    const { editor, useCase } = fixture;
    await editor.importExample(EXAMPLE_1);
    await editor.showFlow(FLOW_1);
    const flow = await nodes(FLOW_1);
    const trigger = nodeOf(flow, 'sekoia-alert-created').id;
    await editor.waitForTriangle(trigger, true);
    await configure(trigger);
    await editor.waitForTriangle(trigger, false);

    await editor.edit(nodeOf(flow, 'http request').id);
    await editor.page.fill('#node-input-url', `${useCase.tool.url}/api/alerts`);
    const header = editor.page.locator('#node-input-headers-container li').first();
    await header.locator('.red-ui-typedInput-input').last().fill(`Bearer ${TOOL_TOKEN}`);
    await editor.done();

    await editor.deploy();
    await editor.waitForStatus(trigger, /^live/);
  });

  it('sends each alert to the external tool once', async () => {
    const { editor, useCase } = fixture;
    const page = await editor.page.context().newPage();
    await page.goto(useCase.tool.url);
    const entries = page.locator('#entries > li');
    const raised = useCase.platform.raiseMany(5);
    await page.locator('#entries > li', { hasText: 'Answered 201' }).nth(4).waitFor();
    assert.equal(await entries.count(), 5);
    for (const uuid of raised) await entries.filter({ hasText: uuid }).first().waitFor();
    assert.equal(await entries.filter({ hasText: 'Repeat' }).count(), 0);
    await page.close();

    const flow = await nodes(FLOW_1);
    // Five runs overlap: any of them may be the last to end.
    const shortIds = [...useCase.platform.alerts].slice(-raised.length).map((alert) => alert.short_id);
    await editor.waitForStatus(nodeOf(flow, 'debug', 'Succeeded').id, new RegExp(shortIds.join('|')));
    await editor.waitForStatus(nodeOf(flow, 'sekoia-alert-created').id, /^live .* 5 delivered/);
  });

  it('exports no key', async () => {
    const { page } = fixture.editor;
    await page.keyboard.press('ControlOrMeta+e');
    await page.click('#red-ui-clipboard-dialog-export-rng-full');
    await page.click('[id="red-ui-tab-red-ui-clipboard-dialog-export-tab-clipboard-json"]');
    const exported = await page.inputValue('#red-ui-clipboard-dialog-export-text');
    assert.match(exported, /"type": ?"sekoia-config"/);
    assert.ok(!exported.includes(API_KEY));
    assert.doesNotMatch(exported, /credentials|apiKey/);
    await page.click('#red-ui-clipboard-dialog-cancel');
  });

  it('also works with the example for a custom intake', async () => {
    const { editor, useCase } = fixture;
    await editor.importExample(EXAMPLE_2);
    await editor.showFlow(FLOW_2);
    const flow = await nodes(FLOW_2);
    const trigger = nodeOf(flow, 'sekoia-alert-created').id;
    await configure(trigger);

    await editor.edit(nodeOf(flow, 'sekoia-template', 'Event for the intake').id);
    await editor.writeCode(`{ "json": "{{ payload }}", "intake_key": "${INTAKE_KEY}" }`);
    await editor.page.locator('#sekoia-template-preview-text', { hasText: INTAKE_KEY }).waitFor();
    await editor.done();
    await editor.edit(nodeOf(flow, 'http request').id);
    await editor.page.fill('#node-input-url', useCase.platform.url);
    await editor.done();
    await editor.deploy();
    await editor.waitForStatus(trigger, /^live/);

    const alert = useCase.platform.raise();
    await editor.waitForStatus(nodeOf(flow, 'debug', 'Succeeded').id, new RegExp(alert.short_id));
    assert.equal(useCase.platform.events.length, 1);
    assert.match(JSON.stringify(useCase.platform.events[0]), new RegExp(alert.uuid));
  });
});
