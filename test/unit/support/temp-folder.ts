import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** A folder of its own for each test of the suite, gone afterwards. Returns where a file in it is. */
export function useTempFolder(): (file: string) => string {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'sekoia-ledger-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  return (file) => path.join(folder, file);
}
