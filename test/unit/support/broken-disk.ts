import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

type FileHandle = fs.FileHandle;

/** The error of a full disk, as Node.js gives it. */
export function noSpace(): Error {
  return Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
}

/** Replaces a method of all open files until it is told to restore it. */
export async function replaceFileMethod<
  Name extends 'write' | 'writeFile' | 'datasync' | 'sync' | 'truncate',
>(name: Name, replacement: (original: FileHandle[Name]) => FileHandle[Name]): Promise<() => void> {
  const file = path.join(os.tmpdir(), `sekoia-handle-${process.pid}`);
  const handle = await fs.open(file, 'w');
  const prototype = Object.getPrototypeOf(handle) as FileHandle;
  await handle.close();
  await fs.rm(file);
  const original = prototype[name];
  prototype[name] = replacement(original);
  return () => void (prototype[name] = original);
}

/** Runs an action while a method of open files throws. */
export async function whileFailing(
  name: 'write' | 'writeFile' | 'datasync' | 'sync' | 'truncate',
  action: () => Promise<void>,
): Promise<void> {
  const restore = await replaceFileMethod(name, () => () => Promise.reject(noSpace()));
  await action().finally(restore);
}

/** Runs an action while files are renamed by a function of the test. */
export async function whileRenaming(
  rename: (from: string, to: string, original: typeof fs.rename) => Promise<void>,
  action: () => Promise<void>,
): Promise<void> {
  const original = fs.rename;
  fs.rename = (from, to) => rename(String(from), String(to), original);
  try {
    await action();
  } finally {
    fs.rename = original;
  }
}
