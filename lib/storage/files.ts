import { mkdir, open } from 'node:fs/promises';

/** Only the user of Node-RED may read what the package stores. */
export const OWNER_ONLY = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

/** Makes a folder and its parents, unless they exist. */
export async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNER_ONLY_FOLDER });
}

/** Makes a new name in a folder durable. Some platforms do not support this and do not need it. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Windows syncs no directories.
  }
}
