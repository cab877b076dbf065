import assert from 'node:assert/strict';

import { deployAndGoLive, nodeOf } from '../integration/support/use-case-fixture';
import { WITHOUT_MONACO, useEditorFixture } from './support/editor-fixture';
import { Editor } from './support/editor';
import { paleTexts, tooWide } from './support/looks';
import { turnDark } from './support/theme';

const TYPES = [
  'sekoia-alert-created',
  'sekoia-get-alert',
  'sekoia-template',
  'sekoia-alert-delivered',
] as const;

const DELIVERED = {
  ...{ id: 'de11de11de11de11', type: 'sekoia-alert-delivered', x: 900, y: 40, wires: [] },
  ...{ name: '', alerts: 'alerts', alertsType: 'msg', configVersion: 1 },
};

describe('the forms', function () {
  const fixture = useEditorFixture({
    useCase: WITHOUT_MONACO,
    prepare: async (useCase) => {
      Object.assign(nodeOf(useCase.flows, 'sekoia-alert-created'), {
        rules: [
          'Audit log cleared',
          'A rule whose name goes on and on until no dialog is wide enough for it',
        ],
        urgencyMin: 70,
        deliveredWhen: 'confirmed',
        afterTimeout: 'set-aside',
      });
      const { z } = nodeOf(useCase.flows, 'sekoia-alert-created');
      useCase.flows.push({ ...DELIVERED, z });
      await deployAndGoLive(useCase);
    },
  });

  /** Opens each form, the configuration's included, with all of its parts shown. */
  const eachForm = async (
    editor: Editor,
    look: (editor: Editor, type: string) => Promise<void>,
  ): Promise<void> => {
    for (const type of TYPES) {
      await editor.edit(nodeOf(fixture.useCase.flows, type).id);
      await unfold(editor);
      await look(editor, type);
      if (type === 'sekoia-alert-created') {
        await editor.editConfig();
        await unfold(editor);
        await editor.page.click('#sekoia-config-test');
        await editor.page.waitForSelector('#sekoia-config-test-result.sekoia-good');
        await look(editor, 'sekoia-config');
        await editor.cancel();
      }
      await editor.cancel();
    }
  };

  const unfold = async ({ page }: Editor): Promise<void> => {
    for (const closed of await page.locator('.sekoia-disclosure[aria-expanded="false"]').all())
      await closed.click();
  };

  const look = async ({ page }: Editor, type: string): Promise<void> => {
    // Under the mouse a button has the colours that Node-RED gives to every button there.
    await page.mouse.move(0, 0);
    assert.deepEqual(await paleTexts(page), [], type);
  };

  it('are legible in the light theme', () => eachForm(fixture.editor, look));

  it('are legible in the dark theme, if Node-RED has one', async function () {
    if (!(await turnDark(fixture.editor.page))) this.skip();
    await eachForm(fixture.editor, look);
  });

  it('fit into a narrow window', async () => {
    const { page } = fixture.editor;
    await page.setViewportSize({ width: 900, height: 700 });
    await eachForm(fixture.editor, async (editor, type) => {
      assert.deepEqual(await tooWide(editor.page), [], type);
    });
  });

  it('are French in a French browser', async () => {
    const french = await Editor.open(fixture.browser, fixture.useCase.nodeRed.url, { locale: 'fr-FR' });
    const { page } = french;
    const expected: Record<string, RegExp> = {
      'sekoia-alert-created':
        /Urgence[^]*Règles[^]*Communautés[^]*Livraison[^]*Livrée quand[^]*Après le délai/,
      'sekoia-config': /Région[^]*Clé d’API[^]*Tester la connexion[^]*Connecté en tant que/,
      'sekoia-get-alert': /Nom[^]*Alerte[^]*Commentaires/,
      'sekoia-template': /Nom[^]*Sortie[^]*exemple/,
      'sekoia-alert-delivered': /Nom[^]*Alertes[^]*«\sle flux atteint Alert Delivered\s»/,
    };
    await eachForm(french, async (_editor, type) => {
      const form = await page.locator('.red-ui-tray-body').last().innerText();
      assert.match(form, expected[type]!);
      assert.doesNotMatch(form, MISSING_KEY);
      await page.locator('.red-ui-tray-footer button:has(.fa-book)').last().click();
      const help = page.locator('.red-ui-help', { has: page.locator('.red-ui-help-title') });
      await help.filter({ hasText: / (alertes?|clé|corps) /i }).waitFor();
      assert.doesNotMatch(await help.innerText(), MISSING_KEY);
    });
    const palette = page.locator('.red-ui-palette-category', { hasText: 'Sekoia.io' });
    assert.doesNotMatch(await palette.innerText(), MISSING_KEY);
    assert.deepEqual(french.problems, []);
    await french.close();
  });
});

/** How a text looks that is in no catalogue. */
const MISSING_KEY = /\bsekoia-[a-z-]+\.\w|__\w+__/;
