import assert from 'node:assert/strict';

import type { Locator } from 'playwright-core';

import { WITHOUT_MONACO, useDesk } from './support/desk';

const VALID = `{ "rule": "{{ node.1['rule']['name'] }}", "urgency": "{{ payload.urgency.value }}" }`;
const BROKEN = '{ "rule": }';
const UNSUPPORTED = '{ "rule": "{% if urgent %}now{% endif %}", "name": "{{ payload.title | upper }}" }';

for (const [name, world] of [
  ['Monaco', {}],
  ['ACE', WITHOUT_MONACO],
] as const)
  describe(`the form of a JSON body, with ${name}`, () => {
    const desk = useDesk({ world });
    let id = '';

    before(async () => {
      id = await desk.editor.drag('sekoia-template', 200, 120);
      await desk.editor.edit(id);
    });

    const problems = (): Locator => desk.editor.page.locator('.sekoia-template-problem button');
    const preview = (): Locator => desk.editor.page.locator('#sekoia-template-preview-text');
    const fine = (): Promise<void> => desk.editor.page.locator('.sekoia-template-no-problem').waitFor();

    it('shows what is sent, and follows what is typed', async () => {
      await fine();
      await preview().filter({ hasText: '"rule_name": "RAT beaconing \\"HTTP\\""' }).waitFor();
      await desk.editor.writeCode(VALID);
      await preview().filter({ hasText: '"urgency": 47' }).waitFor();
      assert.deepEqual(JSON.parse(await preview().innerText()), {
        rule: 'RAT beaconing "HTTP"',
        urgency: 47,
      });
    });

    it('lists what is wrong, and where', async () => {
      await desk.editor.writeCode(BROKEN);
      await problems().filter({ hasText: 'Line 1, column 11: ' }).waitFor();
      assert.equal(await problems().count(), 1);
      // The last preview stays, but says that it is outdated.
      await desk.editor.page.waitForSelector('.sekoia-template-outdated');

      await desk.editor.writeCode(UNSUPPORTED);
      await problems().nth(1).waitFor();
      const listed = await problems().allInnerTexts();
      assert.match(listed.join('\n'), /Line 1, column \d+: .*\{%/);
      assert.match(listed.join('\n'), /Line 1, column \d+: .*(\||filter)/);
    });

    it('leads to a problem that is clicked', async () => {
      await desk.editor.writeCode('{"a": 1, "b": oops}');
      await problems().filter({ hasText: 'Line 1, column 15' }).click();
      await desk.editor.page.keyboard.type('"');
      await desk.editor.page.keyboard.press('Control+ArrowRight');
      await desk.editor.page.keyboard.type('"');
      await desk.editor.page.waitForFunction(
        '/"b": "+oops"/.test(document.querySelector("#node-input-template").value)',
      );
    });

    it('inserts a field at the cursor', async () => {
      const { page } = desk.editor;
      await desk.editor.writeCode('{"id": 0}');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.click('#sekoia-template-insert');
      await page.locator('.sekoia-template-menu a', { hasText: "node.0['short_id']" }).click();
      await preview().filter({ hasText: '"id": "ALq7Zk2PmN4x"' }).waitFor();
    });

    it('says on the canvas that a template is not valid', async () => {
      await desk.editor.writeCode(BROKEN);
      await problems().filter({ hasText: 'Line 1, column 11: ' }).waitFor();
      await desk.editor.done();
      await desk.editor.waitForTriangle(id, true);
      const reasons = await desk.editor.reasons(id);
      assert.match(reasons.join('\n'), /Line 1, column 11: /);
      await desk.editor.edit(id);
      await desk.editor.writeCode(VALID);
      await fine();
      await desk.editor.done();
      await desk.editor.waitForTriangle(id, false);
      assert.deepEqual(JSON.parse(String((await desk.editor.node(id)).template)), JSON.parse(VALID));
    });
  });
