import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

import fc from 'fast-check';

import { type Owner, thisProcess, tokens } from '../../../../lib/storage/lease/owner';
import type { ModelAlert } from './model-alert';
import { Machine, installMachines } from './model-machine';
import { ModelOwner } from './model-owner';
import { ModelPlatform } from './model-platform';
import type { ModelRun } from './model-run';
import { turns } from '../../support/turns';
import type { VirtualTime } from './virtual-time';

type OwnerStep =
  | { kind: 'raise'; announced: boolean }
  | { kind: 'end'; owner: number; which: number; how: 'succeeded' | 'failed' }
  | { kind: 'wait'; ms: number }
  | { kind: 'turns'; count: number }
  | { kind: 'stall'; owner: number; stalled: 'before' | 'after' | undefined }
  | { kind: 'pause'; owner: number; paused: boolean }
  | { kind: 'kill'; owner: number; lateWrites: boolean }
  | { kind: 'stop'; owner: number }
  | { kind: 'start'; owner: number };

export interface OwnersScenario {
  /** On one machine, whose process table tells who is alive; or each on its own. */
  together: boolean;
  wallOffMs: number[];
  steps: OwnerStep[];
}

const OWNERS = 2;

/** In which an owner that is gone is found out, and the list read once more. */
const ENOUGH_MS = 32_000;

const kind = fc.constant;
const owner = fc.nat(OWNERS - 1);
const step = (arbitraries: Record<string, fc.Arbitrary<unknown>>, weight: number) => ({
  arbitrary: fc.record(arbitraries) as fc.Arbitrary<OwnerStep>,
  weight,
});

export const OWNERS_SCENARIO: fc.Arbitrary<OwnersScenario> = fc.record({
  together: fc.boolean(),
  wallOffMs: fc.array(fc.integer({ min: -1e7, max: 1e7 }), { minLength: OWNERS, maxLength: OWNERS }),
  steps: fc.array(
    fc.oneof(
      step({ kind: kind('raise'), announced: fc.boolean() }, 10),
      step(
        {
          kind: kind('end'),
          owner,
          which: fc.nat(2),
          how: fc.constantFrom('succeeded', 'succeeded', 'succeeded', 'failed'),
        },
        10,
      ),
      step(
        {
          kind: kind('wait'),
          ms: fc.oneof(
            { arbitrary: fc.integer({ min: 100, max: 2_500 }), weight: 3 },
            // Long enough for a take-over.
            fc.integer({ min: 7_000, max: 12_000 }),
          ),
        },
        8,
      ),
      step({ kind: kind('turns'), count: fc.integer({ min: 1, max: 10 }) }, 6),
      step(
        {
          kind: kind('stall'),
          owner,
          stalled: fc.constantFrom('before', 'before', 'after', undefined, undefined),
        },
        4,
      ),
      step({ kind: kind('pause'), owner, paused: fc.boolean() }, 4),
      step({ kind: kind('kill'), owner, lateWrites: fc.boolean() }, 1),
      step({ kind: kind('stop'), owner }, 1),
      step({ kind: kind('start'), owner }, 3),
    ),
    { minLength: 5, maxLength: 60, size: 'max' },
  ),
});

/** Processes that want one ledger. */
export class ModelOwners {
  readonly platform = new ModelPlatform();
  readonly #owners: (ModelOwner | undefined)[] = [];
  readonly #machines: Machine[] = [];
  readonly #stopping: Promise<void>[] = [];
  readonly #base: string;
  readonly #newest = { epoch: 0 };
  readonly #sent = new Map<Machine, Set<ModelRun>>();

  private constructor(
    readonly time: VirtualTime,
    readonly folder: string,
    readonly scenario: OwnersScenario,
    readonly atMostOnce: boolean,
  ) {
    this.#base = path.join(folder, 'ledger');
  }

  /** Plays a scenario, lets everything settle, and returns what became of each alert. */
  static async play(
    scenario: OwnersScenario,
    { time, folder, atMostOnce }: { time: VirtualTime; folder: string; atMostOnce: boolean },
  ): Promise<ModelAlert[]> {
    time.install();
    const self = new ModelOwners(time, folder, scenario, atMostOnce);
    const uninstall = await installMachines((machine) => self.#claimed(machine));
    try {
      await self.#begin();
      for (const one of scenario.steps) await self.#take(one);
      await self.#settle();
    } finally {
      uninstall();
      for (const machine of self.#machines) await machine.bury();
    }
    assert.deepEqual(self.platform.violations, []);
    return self.platform.alerts;
  }

  /** Somebody takes the ledger over: what others have under way may be sent once more. */
  #claimed(by: Machine): void {
    for (const [machine, runs] of this.#sent)
      if (machine !== by) for (const { sending } of runs) if (!sending.settled) sending.takenOver = true;
  }

  /** From when on alerts count is on the disk: whoever comes later goes by it. */
  async #begin(): Promise<void> {
    this.#start(0);
    while (this.#owners[0]?.ledger?.since === undefined) await this.#quiet();
    await this.#owners[0].ledger.committed();
    await this.#wait(1_000);
    this.#start(1);
  }

  #start(slot: number): void {
    if (this.#owners[slot] !== undefined) return;
    const machine = new Machine();
    const number = this.#machines.push(machine);
    const { together, wallOffMs } = this.scenario;
    const self = { ...thisProcess(), host: together ? 'one-host' : `host-${slot}`, number };
    const sent = new Set<ModelRun>();
    this.#sent.set(machine, sent);
    const surroundings = {
      platform: this.platform,
      base: this.#base,
      atMostOnce: this.atMostOnce,
      nowMs: () => this.time.nowMs,
      newest: this.#newest,
      onSent: (run: ModelRun) => void sent.add(run),
    };
    this.#owners[slot] = new ModelOwner(surroundings, machine, self, wallOffMs[slot] ?? 0);
  }

  async #take(one: OwnerStep): Promise<void> {
    switch (one.kind) {
      case 'raise': {
        const raised = { status: 'Pending', urgency: 40 } as const;
        const { uuid, createdAt } = this.platform.raise({ wanted: true, hidden: false, raised });
        if (one.announced)
          for (const owner of this.#owners)
            if (owner?.machine.paused === false) owner.notice(uuid, createdAt);
        return;
      }
      case 'wait':
        return this.#wait(one.ms);
      case 'turns':
        return turns(one.count);
      case 'start': {
        this.#start(one.owner);
        return;
      }
      default:
        this.#takeWith(one, this.#owners[one.owner]);
    }
  }

  #takeWith(
    one: Exclude<OwnerStep, { kind: 'raise' | 'wait' | 'turns' | 'start' }>,
    owner: ModelOwner | undefined,
  ): void {
    if (owner === undefined) return;
    const { machine } = owner;
    switch (one.kind) {
      case 'end':
        if (!machine.paused) owner.end(one.which, one.how);
        return;
      case 'stall':
        machine.stalled = one.stalled;
        {
          machine.changed();
          return;
        }
      case 'pause':
        machine.paused = one.paused;
        {
          machine.changed();
          return;
        }
      case 'kill':
        machine.kill(one.lateWrites);
        this.#owners[one.owner] = undefined;
        return;
      case 'stop':
        if (machine.paused) return;
        this.#stopping.push(owner.stop());
        this.#owners[one.owner] = undefined;
    }
  }

  async #wait(ms: number): Promise<void> {
    await this.time.advance(ms, () => this.#quiet());
    this.platform.pass(Math.floor((this.time.nowMs - this.platform.elapsedMs) / 1000));
    await this.#quiet();
  }

  /** Resolves when nothing happens any more but what waits for a machine or for time. */
  async #quiet(): Promise<void> {
    this.#forgetTheDead();
    for (let quiet = 0; quiet < 3; quiet += 1) {
      await turns(1);
      if (this.#machines.some(({ inFlight }) => inFlight > 0)) quiet = -1;
    }
  }

  /** The process table of a machine knows at once who is not there any more. */
  #forgetTheDead(): void {
    if (!this.#machines.some(({ killed }) => killed)) return;
    for (const name of readdirSync(this.folder).filter((one) => one.endsWith('.owner')))
      try {
        const found = JSON.parse(readFileSync(path.join(this.folder, name), 'utf8')) as Owner & {
          number: number;
        };
        if (this.#machines[found.number - 1]?.killed) tokens().delete(found.token);
      } catch {
        // Just being written, or gone.
      }
  }

  async #settle(): Promise<void> {
    for (const machine of this.#machines) {
      machine.paused = false;
      machine.stalled = undefined;
      machine.changed();
    }
    for (let slot = 0; slot < OWNERS; slot += 1) this.#start(slot);
    await this.#untilDone();
    await this.#stopAll();
    // What they wrote is all there.
    const before = this.platform.alerts.map(({ sendings }) => sendings.length);
    this.#start(0);
    await this.#untilDone();
    assert.deepEqual(
      this.platform.alerts.map(({ sendings }) => sendings.length),
      before,
    );
    await this.#stopAll();
  }

  async #untilDone(): Promise<void> {
    const readAt = this.time.nowMs + ENOUGH_MS;
    for (let seconds = 0; seconds < 1_200; seconds += 1) {
      await this.#wait(1_000);
      for (const owner of this.#owners) {
        while (owner !== undefined && owner.running.length > 0) owner.end(0, 'succeeded');
        if (!this.atMostOnce) owner?.rerun();
      }
      const ledger = this.#owners.flatMap((one) => one?.ledger ?? [])[0];
      if (ledger === undefined || this.time.nowMs < readAt) continue;
      const { queued, running, waiting, dead } = ledger.counts;
      if (queued + running + waiting + (this.atMostOnce ? 0 : dead) === 0) return;
    }
    const counts = this.#owners.map((one) => one?.ledger?.counts);
    assert.fail(
      `the ledger does not come to rest: ${JSON.stringify(counts)} ${readdirSync(this.folder).join()}`,
    );
  }

  async #stopAll(): Promise<void> {
    for (const owner of this.#owners.splice(0)) if (owner !== undefined) this.#stopping.push(owner.stop());
    await Promise.all(this.#stopping);
  }
}
