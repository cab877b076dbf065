import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { RunsSidebar, marked, waitForFlash } from './support/runs-sidebar';

const SUBFLOW = 'ab0000000000f10a';
const INNER = 'ab0000000000f10b';
const INSTANCE = 'ab0000000000f10c';

describe('a run through a subflow', () => {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      const trigger = nodeOf(useCase.flows, 'sekoia-alert-created');
      const config = nodeOf(useCase.flows, 'sekoia-config');
      useCase.flows = [
        nodeOf(useCase.flows, 'tab'),
        config,
        { ...trigger, retries: 0, wires: [[INSTANCE]] },
        {
          id: SUBFLOW,
          type: 'subflow',
          name: 'Send',
          in: [{ x: 40, y: 40, wires: [{ id: INNER }] }],
          out: [],
        },
        {
          id: INNER,
          type: 'function',
          z: SUBFLOW,
          name: 'Refuse',
          func: 'throw new Error("refused here");',
          outputs: 1,
          x: 200,
          y: 40,
          wires: [[]],
        },
        { id: INSTANCE, type: `subflow:${SUBFLOW}`, z: trigger.z, x: 400, y: 200, wires: [] },
      ];
      await deployAndGoLive(useCase);
    },
  });

  it('marks the subflow instance and the node inside', async () => {
    const { editor, useCase } = fixture;
    const runs = new RunsSidebar(editor.page);
    await runs.open();
    await runs.openRun(useCase.platform.raise().short_id, 'Failed');
    assert.deepEqual(await marked(editor.page, 'failed'), [INSTANCE]);
    const output = await runs.outputOf('Refuse');
    await output.getByText('refused here').waitFor();

    await editor.page.evaluate(`RED.workspaces.show('${SUBFLOW}')`);
    await editor.page.waitForSelector(`[id="${INNER}"]`);
    assert.deepEqual(await marked(editor.page, 'failed'), [INNER]);
    await runs.steps('Refuse').click();
    await runs.steps('Refuse').click();
    await waitForFlash(editor.page, INNER);
  });
});
