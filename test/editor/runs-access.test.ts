import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/world';
import { WITHOUT_MONACO, useDesk, type Desk } from './support/desk';
import { RunsSidebar } from './support/runs-sidebar';

/** What the editor itself needs. */
const EDITOR = ['flows.read', 'flows.write', 'nodes.read', 'plugins.read', 'settings.read', 'status.read'];

describe('the sidebar Sekoia runs, of a user who', () => {
  const useDeskWith = (permissions: string[]): Desk =>
    useDesk({
      world: {
        nodeRed: {
          settings: {
            ...WITHOUT_MONACO.nodeRed?.settings,
            adminAuth: { type: 'credentials', users: [], default: { permissions } },
          },
        },
      },
      prepare: deployAndGoLive,
    });

  describe('may only look', () => {
    const desk = useDeskWith([...EDITOR, 'sekoia-runs.read']);

    it('shows the runs, and offers nothing else', async () => {
      const { editor, world } = desk;
      const runs = new RunsSidebar(editor.page);
      await runs.open();
      await runs.waitForSwitch(true);
      assert.ok(await runs.onOff.isDisabled());
      assert.match((await runs.onOff.getAttribute('title')) ?? '', /can view triggers but not switch them/);
      const trigger = nodeOf(world.flows, 'sekoia-alert-created').id;
      await editor.page.waitForSelector(`[id="${trigger}"] .red-ui-flow-node-button-disabled`);
      await runs.openRun(world.platform.raise().short_id, 'Succeeded');
      assert.equal(await runs.root.getByRole('button', { name: /again/ }).count(), 0);
    });
  });

  describe('may not even look', () => {
    const desk = useDeskWith(EDITOR);

    it('says which permission is missing', async () => {
      const runs = new RunsSidebar(desk.editor.page);
      await runs.open();
      await runs.root.getByText('lacks a permission').waitFor();
      await runs.root.getByText('sekoia-runs.read').waitFor();
      assert.equal(await runs.rows().count(), 0);
    });
  });
});
