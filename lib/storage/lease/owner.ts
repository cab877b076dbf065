import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** Who owns a ledger: what an owner file says. */
export interface Owner {
  readonly host: string;
  /** Differs after each start of the machine. Empty where the system does not tell. */
  readonly boot: string;
  /** Process ids mean something within one of these only. Empty where the system knows none. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process began, in the system's own count. Empty where the system does not tell. */
  readonly started: string;
  /** Of this very acquisition. */
  readonly token: string;
}

export type ProcessIdentity = Omit<Owner, 'token'>;

/**
 * What Linux tells of processes: proc_pid_stat(5), pid_namespaces(7), and boot_id in
 * proc_sys_kernel(5). Elsewhere what it would tell is empty.
 */
export function thisProcess(): ProcessIdentity {
  return {
    host: os.hostname(),
    boot: told(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: told(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    started: startOf(process.pid) ?? '',
  };
}

/**
 * running  the process is there, whether it gets on or not.
 * gone     it has ended.
 * unknown  the process table of this machine cannot tell: it runs elsewhere, or another may have got its id.
 */
export type ProcessState = 'running' | 'gone' | 'unknown';

export function stateOf(owner: Owner, self: ProcessIdentity): ProcessState {
  if (owner.host !== self.host || owner.boot !== self.boot || owner.pidNamespace !== self.pidNamespace)
    return 'unknown';
  if (owner.pid === self.pid && owner.started === self.started)
    return tokens().has(owner.token) ? 'running' : 'gone';
  if (owner.boot === '' || owner.started === '') return isThere(owner.pid) ? 'unknown' : 'gone';
  return startOf(owner.pid) === owner.started ? 'running' : 'gone';
}

/** The tokens of this process that are in use, also by another copy of this package. */
export function tokens(): Set<string> {
  const global = globalThis as Record<symbol, Set<string> | undefined>;
  return (global[TOKENS] ??= new Set());
}

const TOKENS = Symbol.for('@sekoia-flows/node-red-sekoia/ledger-owners/1');

/** Undefined when there is no such process, or one that has ended and is only still listed. */
function startOf(pid: number): string | undefined {
  const stat = told(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The name of the program, in parentheses, may hold anything. State is field 3, start time field 22.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}

function told(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}
