import assert from 'node:assert/strict';

import type { Locator } from 'playwright-core';

import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';

const VALID = `{ "rule": "{{ node.1['rule']['name'] }}", "urgency": "{{ payload.urgency.value }}" }`;
const BROKEN = '{ "rule": }';
const UNSUPPORTED = '{ "rule": "{% if urgent %}now{% endif %}", "name": "{{ payload.title | upper }}" }';

for (const [name, useCase] of [
  ['Monaco', {}],
  ['ACE', WITHOUT_MONACO],
] as const)
  describe(`the form of a JSON body, with ${name}`, () => {
    const fixture = useEditorFixture({ useCase });
    let id = '';

    before(async () => {
      id = await fixture.editor.drag('sekoia-template', 200, 120);
      await fixture.editor.edit(id);
    });

    const problems = (): Locator => fixture.editor.page.locator('.sekoia-template-problem button');
    const preview = (): Locator => fixture.editor.page.locator('#sekoia-template-preview-text');
    const fine = (): Promise<void> => fixture.editor.page.locator('.sekoia-template-no-problem').waitFor();

    it('shows what is sent and follows what you type', async () => {
      await fine();
      await preview().filter({ hasText: '"rule_name": "RAT beaconing \\"HTTP\\""' }).waitFor();
      await fixture.editor.writeCode(VALID);
      await preview().filter({ hasText: '"urgency": 47' }).waitFor();
      assert.deepEqual(JSON.parse(await preview().innerText()), {
        rule: 'RAT beaconing "HTTP"',
        urgency: 47,
      });
    });

    it('lists each problem with its place', async () => {
      await fixture.editor.writeCode(BROKEN);
      await problems().filter({ hasText: 'Line 1, column 11: ' }).waitFor();
      assert.equal(await problems().count(), 1);
      // The last preview stays, but says that it is outdated.
      await fixture.editor.page.waitForSelector('.sekoia-template-outdated');

      await fixture.editor.writeCode(UNSUPPORTED);
      await problems().nth(1).waitFor();
      const listed = await problems().allInnerTexts();
      assert.match(listed.join('\n'), /Line 1, column \d+: .*\{%/);
      assert.match(listed.join('\n'), /Line 1, column \d+: .*(\||filter)/);
    });

    it('jumps to a problem that you click', async () => {
      await fixture.editor.writeCode('{"a": 1, "b": oops}');
      await problems().filter({ hasText: 'Line 1, column 15' }).click();
      await fixture.editor.page.keyboard.type('"');
      await fixture.editor.page.keyboard.press('Control+ArrowRight');
      await fixture.editor.page.keyboard.type('"');
      await fixture.editor.page.waitForFunction(
        '/"b": "+oops"/.test(document.querySelector("#node-input-template").value)',
      );
    });

    it('inserts a field at the cursor', async () => {
      const { page } = fixture.editor;
      await fixture.editor.writeCode('{"id": 0}');
      await page.keyboard.press('ArrowLeft');
      await page.keyboard.press('Shift+ArrowLeft');
      await page.click('#sekoia-template-insert');
      await page.locator('.sekoia-template-menu a', { hasText: "node.0['short_id']" }).click();
      await preview().filter({ hasText: '"id": "ALq7Zk2PmN4x"' }).waitFor();
    });

    it('shows on the canvas that a template is not valid', async () => {
      await fixture.editor.writeCode(BROKEN);
      await problems().filter({ hasText: 'Line 1, column 11: ' }).waitFor();
      await fixture.editor.done();
      await fixture.editor.waitForTriangle(id, true);
      const reasons = await fixture.editor.reasons(id);
      assert.match(reasons.join('\n'), /Line 1, column 11: /);
      await fixture.editor.edit(id);
      await fixture.editor.writeCode(VALID);
      await fine();
      await fixture.editor.done();
      await fixture.editor.waitForTriangle(id, false);
      assert.deepEqual(JSON.parse(String((await fixture.editor.node(id)).template)), JSON.parse(VALID));
    });
  });
