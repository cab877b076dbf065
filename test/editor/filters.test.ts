import assert from 'node:assert/strict';

import type { Locator } from 'playwright-core';

import { COMMUNITIES } from '../../simulator';
import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';

describe('the filter fields of Alert Created', () => {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      useCase.platform.raiseMany(60);
      await deployAndGoLive(useCase);
    },
  });
  let trigger = '';

  before(async () => {
    trigger = nodeOf(fixture.useCase.flows, 'sekoia-alert-created').id;
    await fixture.editor.edit(trigger);
  });

  const field = (name: string): Locator => fixture.editor.page.locator(`#sekoia-alert-created-${name}`);
  const options = (name: string): Locator =>
    fixture.editor.page.locator(`#sekoia-alert-created-${name}-suggestions [role="option"]`);
  const tags = (name: string): Promise<string[]> =>
    fixture.editor.page
      .locator(`.sekoia-tags:has(#sekoia-alert-created-${name}) .sekoia-tag`)
      .allInnerTexts();
  const press = (...keys: string[]): Promise<void> =>
    keys.reduce(
      (before, key) => before.then(() => fixture.editor.page.keyboard.press(key)),
      Promise.resolve(),
    );
  const summary = (): Promise<string> => fixture.editor.page.innerText('#sekoia-alert-created-summary');

  /** Types into a field and takes the suggestion, marked with the arrow keys. */
  const choose = async (name: string, typed: string, wanted: RegExp): Promise<void> => {
    await field(name).fill(typed);
    await options(name).filter({ hasText: wanted }).first().waitFor();
    const texts = await options(name).allInnerTexts();
    const index = texts.findIndex((text) => wanted.test(text));
    await press(...Array.from({ length: index + 1 }, () => 'ArrowDown'));
    await fixture.editor.page
      .locator(`#sekoia-alert-created-${name}-suggestions [aria-selected="true"]`, { hasText: wanted })
      .waitFor();
    await press('Enter');
  };

  it('suggest the tenant’s own names', async () => {
    await choose('rules', 'brute', /^Brute force on the VPN gateway$/);
    await choose('entities', 'lyon', /^Site Lyon$/);
    await choose('alertTypes', 'brute', /login-attempts\/brute-force/);
    await choose('statuses', 'triage', /To triage/);
    // Nothing that the key may read names a community: its entities do.
    await choose('communities', 'lyon', new RegExp(COMMUNITIES[0].uuid));
    assert.deepEqual(await tags('rules'), ['Brute force on the VPN gateway']);
    assert.deepEqual(await tags('entities'), ['Site Lyon']);
    assert.deepEqual(await tags('alertTypes'), ['login-attempts/brute-force']);
    assert.deepEqual(await tags('statuses'), ['To triage']);
    assert.deepEqual(await tags('communities'), [COMMUNITIES[0].uuid]);
    assert.equal(
      await summary(),
      `New alerts of any urgency from rule “Brute force on the VPN gateway”, entity “Site Lyon”, type “login-attempts/brute-force”, status “To triage”, community “${COMMUNITIES[0].uuid.slice(0, 8)}…”, from now on.`,
    );
  });

  it('suggest names that contain the typed text, and say when there are none', async () => {
    await field('rules').fill('VPN gate');
    await options('rules').filter({ hasText: 'Use “VPN gate”' }).waitFor();
    // It is chosen already.
    assert.deepEqual(await options('rules').allInnerTexts(), ['Use “VPN gate”']);
    await field('rules').fill('no rule has this name');
    await fixture.editor.page
      .locator('.sekoia-suggestions .sekoia-note', { hasText: 'Nothing found' })
      .waitFor();
    await press('Escape', 'Escape');
    assert.equal(await field('rules').inputValue(), '');
    assert.ok(await fixture.editor.page.isVisible('#node-dialog-ok'), 'Escape has closed the form');
  });

  it('accept any text and show it again', async () => {
    await field('rules').fill('Ransom*');
    await press('Enter');
    assert.deepEqual(await tags('rules'), ['Brute force on the VPN gateway', 'Ransom*']);
    await press('Backspace');
    assert.deepEqual(await tags('rules'), ['Brute force on the VPN gateway']);
    await fixture.editor.page.getByRole('button', { name: 'Remove Brute force on the VPN gateway' }).click();
    assert.deepEqual(await tags('rules'), []);
  });

  it('show hostile names as text', async () => {
    const { page } = fixture.editor;
    await choose('rules', 'onerror', /<img src=x onerror=alert\(1\)>/);
    await choose('rules', 'script>', /<script>alert\('rule'\)<\/script>/);
    await choose('entities', 'plant', /^Plant <3>$/);
    assert.deepEqual(await tags('rules'), [
      '<img src=x onerror=alert(1)> <b>bold</b> & &amp; entities',
      "<script>alert('rule')</script> in a web form",
    ]);
    assert.match(await summary(), /<img src=x onerror=alert\(1\)>/);
    await fixture.editor.done();
    assert.match(await fixture.editor.label(trigger), /2 rules/);
    await page.locator(`[id="${trigger}"] .red-ui-flow-node`).hover();
    await fixture.editor.edit(trigger);
    assert.equal(await page.locator('img[src="x"]').count(), 0);
    assert.deepEqual(await tags('entities'), ['Site Lyon', 'Plant <3>']);
    assert.deepEqual(await tags('communities'), [COMMUNITIES[0].uuid]);
  });

  it('are stored in the documented form', async () => {
    await fixture.editor.done();
    const { rules, entities, communities, alertTypes, statuses } = await fixture.editor.node(trigger);
    assert.deepEqual(
      { rules, entities, communities, alertTypes, statuses },
      {
        rules: [
          '<img src=x onerror=alert(1)> <b>bold</b> & &amp; entities',
          "<script>alert('rule')</script> in a web form",
        ],
        entities: ['Site Lyon', 'Plant <3>'],
        communities: [COMMUNITIES[0].uuid],
        alertTypes: ['login-attempts/brute-force'],
        statuses: ['To triage'],
      },
    );
  });

  it('say why there are no suggestions', async () => {
    const { editor } = fixture;
    await editor.edit(trigger);
    await editor.page.selectOption('#node-input-config', '_ADD_');
    await field('rules').fill('brute');
    const hint = editor.page.locator('.sekoia-field:has(#sekoia-alert-created-rules) .sekoia-hint');
    await hint.filter({ hasText: 'Choose a Sekoia configuration to get suggestions' }).waitFor();
    await press('Escape', 'Escape');
    await editor.editConfig('add');
    await editor.page.fill('#node-config-input-apiKey', 'a key');
    await editor.done();
    await field('rules').fill('brute');
    await hint.filter({ hasText: 'Deploy the Sekoia configuration to get suggestions' }).waitFor();
    await press('Escape', 'Escape');
    await editor.cancel();
  });
});
