import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf, receivedUuids } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { RunsSidebar } from './support/runs-sidebar';

describe('the switch of a trigger', () => {
  const fixture = useEditorFixture({ useCase: WITHOUT_MONACO, prepare: deployAndGoLive });
  let runs: RunsSidebar;
  let trigger = '';
  let skipped: readonly string[] = [];

  const pressButton = (id = trigger): Promise<void> =>
    fixture.editor.page.locator(`[id="${id}"] .red-ui-flow-node-button-button`).click();

  before(async () => {
    trigger = nodeOf(fixture.useCase.flows, 'sekoia-alert-created').id;
    runs = new RunsSidebar(fixture.editor.page);
    await runs.open();
    await runs.waitForSwitch(true);
  });

  it('turns off with the button on the node, without a deploy', async () => {
    await pressButton();
    await runs.waitForSwitch(false);
    await fixture.editor.waitForStatus(trigger, /^switched off/);
    skipped = fixture.useCase.platform.raiseMany(2);
    assert.equal(await fixture.editor.changed(), false);
    assert.deepEqual(receivedUuids(fixture.useCase.tool), []);
  });

  it('asks with the number of waiting alerts, and stays off if you cancel', async () => {
    await pressButton();
    await runs.answer(/2 alerts /, 'Cancel');
    await runs.waitForSwitch(false);
  });

  it('turns on from now on', async () => {
    const { platform, tool } = fixture.useCase;
    await pressButton();
    await runs.answer(/2 alerts /, 'Skip');
    await runs.waitForSwitch(true);
    await fixture.editor.waitForStatus(trigger, /^live/);
    const { uuid } = platform.raise();
    await tool.waitFor(1, 30_000);
    assert.deepEqual(receivedUuids(tool), [uuid]);
    assert.ok(!skipped.includes(uuid));
  });

  it('turns on in the sidebar, too, and catches up', async () => {
    const { platform, tool } = fixture.useCase;
    await runs.onOff.click();
    await runs.waitForSwitch(false);
    const raised = platform.raiseMany(3);
    await runs.onOff.click();
    await runs.answer(/3 alerts /, 'Send');
    await runs.waitForSwitch(true);
    await tool.waitFor(4, 30_000);
    assert.deepEqual(receivedUuids(tool).slice(1).sort(), [...raised].sort());
    assert.equal(await fixture.editor.changed(), false);
  });

  it('appears once the node is deployed', async () => {
    const { editor } = fixture;
    const added = await editor.drag('sekoia-alert-created', 200, 400);
    await editor.page.waitForSelector(`[id="${added}"] .red-ui-flow-node-button-disabled`);
    await editor.deploy();
    await editor.page.waitForSelector(
      `[id="${added}"] .red-ui-flow-node-button:not(.red-ui-flow-node-button-disabled)`,
    );
    assert.equal(await runs.onOff.count(), 2);
  });

  it('shows the state of the trigger when the editor loads', async () => {
    const { editor, useCase } = fixture;
    await pressButton();
    await runs.waitForSwitch(false);
    await editor.load(useCase.nodeRed.url);
    // It is drawn pale, and to the right.
    await editor.page.waitForSelector(
      `[id="${trigger}"] .red-ui-flow-node-button:not(.red-ui-flow-node-button-disabled) [fill-opacity="0.2"]`,
    );
    assert.equal(await editor.changed(), false);
  });
});
