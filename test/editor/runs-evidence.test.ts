import assert from 'node:assert/strict';

import type { FlowNode } from '../../scripts/node-red-process';
import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { Editor, boxOf } from './support/editor';
import { paleTexts } from './support/looks';
import { RunsSidebar } from './support/runs-sidebar';
import { turnDark } from './support/theme';

const DROPPED = 'Nobody wants to know';
const NAME_OF_SWITCH = 'Urgent? <b>or</b> '.repeat(12).trim();

/** Lets through all alerts but those of one rule. */
function switchTo(flows: FlowNode[]): FlowNode {
  const { z, wires } = nodeOf(flows, 'sekoia-alert-created');
  return {
    ...{ id: '5717c45717c45717', type: 'switch', z, x: 250, y: 200, wires, name: NAME_OF_SWITCH },
    ...{ property: 'payload.rule.name', propertyType: 'msg', checkall: 'true', repair: false, outputs: 1 },
    rules: [{ t: 'neq', v: DROPPED, vt: 'str' }],
  };
}

describe('the requests of a run in the sidebar Sekoia runs', function () {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      const filter = switchTo(useCase.flows);
      Object.assign(nodeOf(useCase.flows, 'sekoia-alert-created'), { retries: 0, wires: [[filter.id]] });
      useCase.flows.push(filter);
      await deployAndGoLive(useCase);
    },
  });
  let runs: RunsSidebar;

  before(async () => {
    runs = new RunsSidebar(fixture.editor.page);
    await runs.open();
  });

  it('are said to be none, in the list and in the run, with the node where the run ended', async () => {
    const { short_id: shortId } = fixture.useCase.platform.raise({ rule: { name: DROPPED } });
    const row = runs.rows(shortId).filter({ hasText: 'Succeeded, nothing sent' });
    assert.match(await row.innerText(), /Succeeded, nothing sent\s*\(ended at Urgent\? <b>or<\/b>/);
    await looksFine();
    await runs.openRun(shortId, 'nothing sent');
    const head = runs.root.locator('.sekoia-runs-run-head');
    assert.match(await head.innerText(), /Succeeded, nothing sent\s*\(ended at Urgent\?/);
    assert.equal(await runs.root.locator('.sekoia-runs-sent').count(), 0);
    await looksFine();
    await runs.back();
  });

  it('are listed with their answers', async () => {
    const { useCase } = fixture;
    useCase.tool.answer({ status: 500, times: 1 });
    const refused = useCase.platform.raise();
    await runs.openRun(refused.short_id, 'Failed');
    await sent(/POST\s*http:\/\/127\.0\.0\.1:\d+\/api\/alerts\s*500/);
    assert.equal(await runs.root.locator('.sekoia-runs-refused').count(), 1);
    await looksFine();
    await runs.back();

    const taken = useCase.platform.raise();
    await runs.openRun(taken.short_id, 'Succeeded');
    await sent(/POST\s*http:\/\/127\.0\.0\.1:\d+\/api\/alerts\s*201/);
    assert.equal(await runs.root.locator('.sekoia-runs-run-head .sekoia-runs-is-silent').count(), 0);
    await runs.back();
  });

  it('are shown as text, whatever the address, with the number of those left out', async () => {
    const { page } = fixture.editor;
    const { short_id: shortId } = [...fixture.useCase.platform.alerts].at(-1)!;
    await page.route(/sekoia\/runs\/[0-9a-f-]{36}$/, async (route) => {
      const run = (await (await route.fetch()).json()) as object;
      await route.fulfill({ json: { ...run, requests: REQUESTS, requestsLeftOut: 7 } });
    });
    await runs.openRun(shortId, 'Succeeded');
    await sent(/GET\s*https:\/\/tool\.example\.org\/<img[^]*ECONNREFUSED[^]*no answer/);
    await runs.root.getByText('7 more requests were not kept.').waitFor();
    await looksFine();
    await runs.resize(180);
    await looksFine();
    await runs.resize(320);
    await runs.back();
    await page.unroute(/sekoia\/runs\/[0-9a-f-]{36}$/);
  });

  it('are in French in a French browser', async () => {
    const french = await Editor.open(fixture.browser, fixture.useCase.nodeRed.url, { locale: 'fr-FR' });
    const sidebar = new RunsSidebar(french.page);
    await sidebar.open();
    await sidebar.rows('Réussie, rien envoyé').filter({ hasText: 'terminée à Urgent?' }).waitFor();
    assert.deepEqual(french.problems, []);
    await french.close();
  });

  it('are legible in the dark theme, if Node-RED has one', async function () {
    if (!(await turnDark(fixture.editor.page))) this.skip();
    await looksFine();
    await runs.rows('nothing sent').first().click();
    await runs.steps().first().waitFor();
    await looksFine();
  });

  const sent = (text: RegExp): Promise<void> =>
    runs.root.locator('.sekoia-runs-sent', { hasText: text }).waitFor();

  const looksFine = async (): Promise<void> => {
    const { page } = fixture.editor;
    assert.deepEqual(await paleTexts(page, 4.5, '.sekoia-runs'), []);
    assert.equal(await runs.root.locator('b, img').count(), 0);
    const { x, width } = await boxOf(runs.root);
    for (const part of await runs.root.locator('.sekoia-runs-badge, .sekoia-runs-sent li *').all()) {
      if (!(await part.isVisible())) continue;
      const box = await boxOf(part);
      assert.ok(box.x >= x && box.x + box.width <= x + width + 1, await part.innerText());
    }
  };
});

const REQUESTS = [
  { nodeId: 'a', nodeName: '<b>', method: 'GET', url: 'https://tool.example.org/<img src=x>', status: 404 },
  {
    nodeId: 'b',
    method: 'POST',
    url: `https://tool.example.org/${'long'.repeat(70)}`,
    status: 'ECONNREFUSED',
  },
  { nodeId: 'c', method: 'DELETE', url: 'https://tool.example.org/', status: null },
];
