import { readFileSync } from 'node:fs';
import path from 'node:path';

import { ROOT } from './paths';

export interface PackageJson {
  name: string;
  license?: string;
  repository?: unknown;
  bugs?: unknown;
  keywords?: string[];
  engines?: { node?: string };
  dependencies?: Record<string, string>;
  'node-red': { version?: string; nodes: Record<string, string>; plugins: Record<string, string> };
}

export interface PackageLock {
  packages: Record<string, { version: string; dependencies?: Record<string, string> }>;
}

export const PACKAGE = readJson('package.json') as PackageJson;
export const LOCK = readJson('package-lock.json') as PackageLock;

/** The node sets by name, each with its JavaScript file. In this package each holds the node type of its name. */
export const SETS = Object.entries(PACKAGE['node-red'].nodes);

export const PLUGINS = Object.keys(PACKAGE['node-red'].plugins);

export function readJson(file: string): unknown {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}
