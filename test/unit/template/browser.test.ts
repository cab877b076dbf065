import assert from 'node:assert/strict';
import path from 'node:path';
import vm from 'node:vm';
import { buildSync } from 'esbuild';

describe('template: in a browser', () => {
  it('bundles and runs without Node.js', () => {
    const { outputFiles } = buildSync({
      entryPoints: [path.join(__dirname, '../../../lib/template/index.ts')],
      bundle: true,
      write: false,
      platform: 'browser',
      format: 'iife',
      globalName: 'template',
    });
    // A new context has the language's own globals only: no Buffer, process or require.
    const run = (code: string): unknown => vm.runInNewContext(`${outputFiles[0]?.text ?? ''};${code}`);
    assert.equal(
      run(`template.compileTemplate('"{{ node.1[0] }}!"').render({ sekoia: { node: { 1: [5] } } })`),
      '5!',
    );
    assert.equal(run(`template.checkTemplate('[\\n{{x}}]')[0].line`), 2);
  });
});
