/** e. What the package costs where it does nothing for anybody: a hop, a start, the disk, the editor. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

import { NodeRedProcess } from '../scripts/node-red-process';
import { installedPackage, makeUserDir } from '../test/integration/support/package';
import type { HopsProcess } from './processes/hops';
import { Child } from './support/child';
import { nowMs } from './support/clock';
import { type Extent, type Report, atMost } from './support/report';
import { emptyUserDir } from './support/site';
import { median } from './support/statistics';
import { figure, table } from './support/table';

const NAME = '@sekoia-flows/node-red-sekoia';

interface Pair {
  without: number[];
  with: number[];
}

export async function overhead(extent: Extent): Promise<Report> {
  const hop = await hops(extent);
  const start = await starts(extent);
  const installedMb = folderBytes(path.join(installedPackage(), 'node_modules')) / 1e6;
  const editor = editorCode(path.join(installedPackage(), 'node_modules', NAME, 'dist'));

  const trackingUs = median(hop.with) - median(hop.without);
  const startMs = median(start.with) - median(start.without);
  const kb = (bytes: number): string => figure(bytes / 1000, ' kB');
  return {
    title: 'What it costs otherwise',
    markdown: table(
      ['', 'Without', 'With', 'Costs'],
      [
        [
          'A hop, runs followed',
          figure(median(hop.without), ' µs'),
          figure(median(hop.with), ' µs'),
          figure(trackingUs, ' µs'),
        ],
        [
          'Start of Node-RED',
          figure(median(start.without), ' ms'),
          figure(median(start.with), ' ms'),
          figure(startMs, ' ms'),
        ],
        ['Installed, with dependencies', '', '', figure(installedMb, ' MB')],
        ['Code and forms for the editor', '', '', `${kb(editor.bytes)}, zipped ${kb(editor.zippedBytes)}`],
      ],
    ),
    goals: [
      atMost('Tracking a hop', trackingUs, 10, (value) => figure(value, ' µs')),
      atMost('Start-up', startMs, 200, (value) => figure(value, ' ms')),
      atMost('Installed size', installedMb, 6, (value) => figure(value, ' MB')),
      atMost('What the editor loads', editor.bytes, 60_000, kb),
    ],
  };
}

async function hops({ quick, rounds }: Extent): Promise<Pair> {
  const messages = quick ? 300 : 1_000;
  const pair: Pair = { without: [], with: [] };
  const child = await Child.start<HopsProcess>('hops');
  try {
    for (const tracked of [false, true]) await child.ask('measure', { messages, tracked });
    for (let round = 0; round < rounds; round += 1)
      for (const tracked of [false, true])
        pair[tracked ? 'with' : 'without'].push(await child.ask('measure', { messages, tracked }));
  } finally {
    await child.stop();
  }
  return pair;
}

/** A start without flows: the package is loaded all the same. */
async function starts({ rounds }: Extent): Promise<Pair> {
  const pair: Pair = { without: [], with: [] };
  // The first of each fills the disk cache.
  for (let round = -1; round < rounds; round += 1)
    for (const [which, make] of [
      ['without', emptyUserDir],
      ['with', makeUserDir],
    ] as const) {
      const { userDir, remove } = make();
      const startedMs = nowMs();
      const nodeRed = await NodeRedProcess.start({ userDir });
      if (round >= 0) pair[which].push(nowMs() - startedMs);
      await nodeRed.stop();
      remove();
    }
  return pair;
}

function folderBytes(folder: string): number {
  return files(folder).reduce((bytes, file) => bytes + statSync(file).size, 0);
}

/** The HTML of every set, in which its script is; help texts come in one language, and only when they are read. */
function editorCode(dist: string): { bytes: number; zippedBytes: number } {
  const html = files(dist).filter((file) => file.endsWith('.html') && !file.includes('locales'));
  const content = Buffer.concat(html.map((file) => readFileSync(file)));
  return { bytes: content.length, zippedBytes: gzipSync(content).length };
}

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
}
