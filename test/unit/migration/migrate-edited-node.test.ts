import assert from 'node:assert/strict';
import path from 'node:path';
import vm from 'node:vm';

import { buildSync } from 'esbuild';

import type { MigrationStep } from '../../../lib/migration/migrate';

interface EditedNode {
  type: string;
  changed?: boolean;
  dirty?: boolean;
  [property: string]: unknown;
}

/** The editor's part as the browser gets it, with as much of the editor and its form as it uses. */
class FakeEditor {
  readonly inputs: Record<string, { value?: unknown; checked?: boolean }>;
  readonly notified: string[] = [];
  dirty = false;
  private readonly migrate: (node: EditedNode, steps: readonly MigrationStep[]) => void;

  constructor(inputs: FakeEditor['inputs'] = {}) {
    this.inputs = inputs;
    const { outputFiles } = buildSync({
      entryPoints: [path.resolve(__dirname, '../../../lib/editor/migrate-node.ts')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'bundle',
    });
    const globals = {
      $: (selector: string) => this.select(selector),
      RED: {
        notify: (text: string) => this.notified.push(text),
        nodes: { dirty: (dirty: boolean) => (this.dirty = dirty) },
      },
      structuredClone,
    };
    this.migrate = vm.runInNewContext(
      `${outputFiles[0]!.text};bundle.migrateEditedNode`,
      globals,
    ) as FakeEditor['migrate'];
  }

  open(
    properties: Record<string, unknown>,
    steps: readonly MigrationStep[],
    category = 'Sekoia.io',
  ): EditedNode {
    const defaults = { name: {}, oldName: {}, newName: {}, enabled: {}, configVersion: {} };
    const node = {
      type: 'sekoia-x',
      _def: { category, defaults },
      _: (key: string) => key,
      ...properties,
    };
    this.migrate(node, steps);
    return node;
  }

  private select(selector: string): object {
    const input = this.inputs[selector];
    return {
      attr: () => (input && 'checked' in input ? 'checkbox' : 'text'),
      prop: (_: 'checked', checked: boolean) => input && (input.checked = checked),
      val: (value: unknown) => input && (input.value = value),
    };
  }
}

const RENAME: MigrationStep = ({ oldName, ...rest }) => ({ ...rest, newName: oldName, enabled: true });

describe('migration in the editor', () => {
  it('brings the node and its form to the newest version, and marks the node changed', () => {
    const editor = new FakeEditor({
      '#node-input-newName': { value: '' },
      '#node-input-oldName': { value: 'kept' },
      '#node-input-enabled': { checked: false },
    });
    const node = editor.open({ name: 'n', oldName: 'kept', configVersion: 1 }, [RENAME]);
    assert.equal(node.newName, 'kept');
    assert.equal(node.oldName, undefined);
    assert.equal(node.configVersion, 2);
    assert.equal(node.name, 'n');
    assert.equal(node.changed, true);
    assert.equal(node.dirty, true);
    assert.equal(editor.dirty, true);
    assert.deepEqual(editor.inputs, {
      '#node-input-newName': { value: 'kept' },
      '#node-input-oldName': { value: '' },
      '#node-input-enabled': { checked: true },
    });
  });

  it('fills the form of a configuration node', () => {
    const editor = new FakeEditor({ '#node-config-input-newName': { value: '' } });
    editor.open({ oldName: 'kept' }, [RENAME], 'config');
    assert.equal(editor.inputs['#node-config-input-newName']!.value, 'kept');
  });

  it('touches nothing of a node that is up to date', () => {
    const editor = new FakeEditor({ '#node-input-newName': { value: 'as typed' } });
    const node = editor.open({ newName: 'x', configVersion: 2 }, [RENAME]);
    assert.equal(node.changed, undefined);
    assert.equal(node.newName, 'x');
    assert.equal(editor.dirty, false);
    assert.equal(editor.inputs['#node-input-newName']!.value, 'as typed');
    assert.deepEqual(editor.notified, []);
  });

  it('leaves a node of a newer version untouched and warns', () => {
    const editor = new FakeEditor();
    const node = editor.open({ newName: 'x', configVersion: 3 }, [RENAME]);
    assert.equal(node.configVersion, 3);
    assert.equal(node.changed, undefined);
    assert.deepEqual(editor.notified, ['sekoia-x.configVersion.newer']);
  });

  it('changes nothing that the editor does not save', () => {
    const node = new FakeEditor().open({ oldName: 'a', wires: [['n']], z: 'tab' }, [
      (config) => ({ ...RENAME(config), unsaved: true }),
    ]);
    assert.deepEqual(node.wires, [['n']]);
    assert.equal(node.unsaved, undefined);
  });
});
