import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/world';
import { WITHOUT_MONACO, useDesk } from './support/desk';
import { RunsSidebar, marked, waitForFlash } from './support/runs-sidebar';

const SUBFLOW = 'ab0000000000f10a';
const INNER = 'ab0000000000f10b';
const INSTANCE = 'ab0000000000f10c';

describe('a run through a subflow', () => {
  const desk = useDesk({
    world: WITHOUT_MONACO,
    prepare: async (world) => {
      const trigger = nodeOf(world.flows, 'sekoia-alert-created');
      const config = nodeOf(world.flows, 'sekoia-config');
      world.flows = [
        nodeOf(world.flows, 'tab'),
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
      await deployAndGoLive(world);
    },
  });

  it('marks the instance, and the node inside', async () => {
    const { editor, world } = desk;
    const runs = new RunsSidebar(editor.page);
    await runs.open();
    await runs.openRun(world.platform.raise().short_id, 'Failed');
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
