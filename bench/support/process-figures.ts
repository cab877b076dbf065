import { readFileSync } from 'node:fs';

/** Linux counts CPU time in hundredths of a second. */
const TICK_MS = 10;

/** The CPU time that a process has used, of all its threads; NaN where the system does not tell (not Linux). */
export function cpuMs(pid: number | undefined): number {
  const [user, system] = read(pid, 'stat')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) * TICK_MS;
}

/** The most memory that a process has had in use (resident); undefined where the system does not tell. */
export function peakMb(pid: number | undefined): number | undefined {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(read(pid, 'status')) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1024;
}

function read(pid: number | undefined, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
