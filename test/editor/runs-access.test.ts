import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture, type EditorFixture } from './support/editor-fixture';
import { RunsSidebar } from './support/runs-sidebar';

/** What the editor itself needs. */
const EDITOR = ['flows.read', 'flows.write', 'nodes.read', 'plugins.read', 'settings.read', 'status.read'];

describe('the sidebar Sekoia runs, for a user who', () => {
  const useEditorWith = (permissions: string[]): EditorFixture =>
    useEditorFixture({
      useCase: {
        nodeRed: {
          settings: {
            ...WITHOUT_MONACO.nodeRed?.settings,
            adminAuth: { type: 'credentials', users: [], default: { permissions } },
          },
        },
      },
      prepare: deployAndGoLive,
    });

  describe('may only read', () => {
    const fixture = useEditorWith([...EDITOR, 'sekoia-runs.read']);

    it('shows the runs, and offers nothing else', async () => {
      const { editor, useCase } = fixture;
      const runs = new RunsSidebar(editor.page);
      await runs.open();
      await runs.waitForSwitch(true);
      assert.ok(await runs.onOff.isDisabled());
      assert.match((await runs.onOff.getAttribute('title')) ?? '', /can view triggers but not switch them/);
      const trigger = nodeOf(useCase.flows, 'sekoia-alert-created').id;
      await editor.page.waitForSelector(`[id="${trigger}"] .red-ui-flow-node-button-disabled`);
      await runs.openRun(useCase.platform.raise().short_id, 'Succeeded');
      assert.equal(await runs.root.getByRole('button', { name: /Rerun|again/ }).count(), 0);
    });
  });

  describe('may not read', () => {
    const fixture = useEditorWith(EDITOR);

    it('names the missing permission', async () => {
      const runs = new RunsSidebar(fixture.editor.page);
      await runs.open();
      await runs.root.getByText('lacks a permission').waitFor();
      await runs.root.getByText('sekoia-runs.read').waitFor();
      assert.equal(await runs.rows().count(), 0);
    });
  });
});
