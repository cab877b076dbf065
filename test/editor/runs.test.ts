import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf, receivedUuids } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { RunsSidebar, marked, waitForFlash } from './support/runs-sidebar';

const BLOCKS = ['Alert Created', 'Get Alert', 'JSON body', 'Send to the external tool'];
const OTHER_FLOW = 'Another flow';

describe('the sidebar Sekoia runs', () => {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      useCase.flows.push({ id: 'f10f10f10f10f10f', type: 'tab', label: OTHER_FLOW });
      Object.assign(nodeOf(useCase.flows, 'sekoia-alert-created'), { retries: 0 });
      await deployAndGoLive(useCase);
    },
  });
  let runs: RunsSidebar;
  const idOf = (type: string, name?: string): string => nodeOf(fixture.useCase.flows, type, name).id;

  before(() => {
    runs = new RunsSidebar(fixture.editor.page);
  });

  it('says what to do while there are no runs', async () => {
    await runs.open();
    await runs.root.getByText('No runs yet').waitFor();
    await runs.root.locator('.sekoia-runs-state', { hasText: 'live' }).waitFor();
    await runs.waitForSwitch(true);
  });

  it('shows a run that succeeded, block by block', async () => {
    const { useCase, editor } = fixture;
    const alert = useCase.platform.raise({ rule: { name: 'Audit log cleared' } });
    await runs.openRun(alert.short_id, 'Succeeded');
    const names = await runs.root.locator('.sekoia-runs-step-name').allInnerTexts();
    assert.deepEqual(names.slice(0, BLOCKS.length), BLOCKS);
    for (const [block, output] of [
      ['Alert Created', alert.uuid],
      ['Get Alert', 'short_id'],
      ['Send to the external tool', 'statusCode'],
    ] as const)
      await (await runs.outputOf(block)).getByText(output).filter({ visible: true }).first().waitFor();
    assert.equal(
      await runs.root.getByRole('link', { name: 'Open in Sekoia' }).getAttribute('rel'),
      'noopener noreferrer',
    );

    const passed = [
      idOf('sekoia-alert-created'),
      idOf('sekoia-get-alert'),
      idOf('sekoia-template'),
      idOf('http request'),
    ];
    const green = await marked(editor.page, 'succeeded');
    for (const id of passed) assert.ok(green.includes(id), `${id} is not among ${green.join()}`);
    assert.deepEqual(await marked(editor.page, 'failed'), []);
    await runs.back();
    assert.deepEqual(await marked(editor.page, 'succeeded'), []);
    assert.equal(await editor.changed(), false);
  });

  it('leads from a failed run to the node that failed', async () => {
    const { useCase, editor } = fixture;
    const answer = useCase.tool.answer({ status: 500, body: 'out of order' });
    const alert = useCase.platform.raise();
    await runs.openRun(alert.short_id, 'Failed');
    assert.deepEqual(await marked(editor.page, 'failed'), [idOf('http request')]);
    // It is open from the start, with the error on top.
    const output = await runs.outputOf('Send to the external tool');
    assert.match(await output.locator('.sekoia-runs-error').innerText(), /500/);
    await output.getByText('out of order').filter({ visible: true }).first().waitFor();

    // Back from another flow: the node is drawn anew, and marked again.
    await editor.showFlow(OTHER_FLOW);
    await runs.steps('Send to the external tool').click();
    await runs.steps('Send to the external tool').click();
    await waitForFlash(editor.page, idOf('http request'));
    assert.deepEqual(await marked(editor.page, 'failed'), [idOf('http request')]);
    answer.clear();
    await runs.back();
  });

  it('reruns the failed run', async () => {
    const { useCase } = fixture;
    const failed = [...useCase.platform.alerts].at(-1)!;
    await runs.openRun(failed.short_id, 'Failed');
    await runs.root.getByRole('button', { name: 'Rerun' }).click();
    await runs.question.waitFor();
    await fixture.editor.page.keyboard.press('Escape');
    await runs.question.waitFor({ state: 'detached' });
    const before = receivedUuids(useCase.tool).length;

    await runs.root.getByRole('button', { name: 'Rerun' }).click();
    await runs.answer(/1 alert\?.*second time/, 'Rerun');
    await runs.rows(failed.short_id).filter({ hasText: 'Succeeded' }).waitFor();
    assert.deepEqual(receivedUuids(useCase.tool).slice(before), [failed.uuid]);
  });

  it('reruns all failed runs and says how many', async () => {
    const { useCase } = fixture;
    const answer = useCase.tool.answer({ status: 503 });
    const raised = useCase.platform.raiseMany(3);
    await runs.root.getByLabel('Status').selectOption('failed');
    for (const uuid of raised) {
      const { short_id: shortId } = [...useCase.platform.alerts].find((alert) => alert.uuid === uuid)!;
      await runs.rows(shortId).waitFor();
    }
    answer.clear();
    const before = receivedUuids(useCase.tool).length;
    await runs.root.getByRole('button', { name: 'Rerun failed' }).click();
    await runs.answer(/3 alerts\?.*second time/, 'Rerun');
    await useCase.tool.waitFor(before + 3, 30_000);
    assert.deepEqual(receivedUuids(useCase.tool).slice(before).sort(), [...raised].sort());

    await runs.root.getByLabel('Status').selectOption('');
    await runs.rows('Succeeded').nth(4).waitFor();
    await runs.root.getByRole('button', { name: 'Rerun failed' }).click();
    await fixture.editor.page.getByText('None of these alerts failed').waitFor();
  });

  it('finds runs by short id and title, and loads older ones as you scroll', async () => {
    const { useCase, editor } = fixture;
    useCase.platform.raiseMany(60, { rule: { name: 'Brute force on the VPN gateway' } });
    const last = [...useCase.platform.alerts].at(-1)!;
    await useCase.tool.waitFor(
      (received) => new Set(received.map(({ headers }) => headers['idempotency-key'])).size >= 65,
      60_000,
    );
    const answered = editor.page.waitForResponse(/alert=brute/);
    await runs.root.getByPlaceholder('Short ID or title').fill('brute FORCE');
    await answered;
    await runs.rows().nth(49).waitFor();
    await runs.rows().nth(49).scrollIntoViewIfNeeded();
    await runs.rows().nth(59).waitFor();
    assert.equal(await runs.rows().count(), 60);
    await runs.root.getByPlaceholder('Short ID or title').fill(last.short_id.toLowerCase());
    await runs.rows().nth(1).waitFor({ state: 'detached' });
    assert.match(await runs.rows().innerText(), new RegExp(last.short_id));
    await runs.root.getByPlaceholder('Short ID or title').fill('no such alert');
    await runs.root.getByText('No run matches').waitFor();
    await runs.root.getByPlaceholder('Short ID or title').fill('');
    assert.equal(await editor.changed(), false);
  });

  it('counts the alerts of the last day for the trigger', async () => {
    const figure = (name: string) =>
      runs.root.locator('.sekoia-runs-figures > div', { hasText: name }).locator('dd');
    await figure('succeeded').filter({ hasText: /^65$/ }).waitFor();
    assert.equal(await figure('received').innerText(), '65');
    assert.equal(await figure('waiting').innerText(), '0');
  });
});
