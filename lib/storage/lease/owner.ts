import { readFileSync, readlinkSync } from 'node:fs';
import os from 'node:os';

/** The owner of a ledger: the content of an owner file. */
export interface Owner {
  readonly host: string;
  /** Changes at each start of the machine. Empty if the system does not provide it. */
  readonly boot: string;
  /** Process IDs are valid only within one namespace. Empty if the system has none. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** When the process started, in the system's own unit. Empty if the system does not provide it. */
  readonly started: string;
  /** Identifies this acquisition. */
  readonly token: string;
}

export type ProcessIdentity = Omit<Owner, 'token'>;

/**
 * Process information of Linux: proc_pid_stat(5), pid_namespaces(7), and boot_id in proc_sys_kernel(5). Empty
 * on other systems.
 */
export function thisProcess(): ProcessIdentity {
  return {
    host: os.hostname(),
    boot: readOrEmpty(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()),
    pidNamespace: readOrEmpty(() => readlinkSync('/proc/self/ns/pid')),
    pid: process.pid,
    started: startOf(process.pid) ?? '',
  };
}

/**
 * running  the process exists, even if it is suspended.
 * gone     it has ended.
 * unknown  the process table of this machine cannot tell: the process runs elsewhere, or its ID may have been reused.
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

/** Undefined if the process does not exist or is a zombie. */
function startOf(pid: number): string | undefined {
  const stat = readOrEmpty(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  // The program name in parentheses can contain anything. The state is field 3, the start time field 22.
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

function readOrEmpty(ask: () => string): string {
  try {
    return ask();
  } catch {
    return '';
  }
}
