import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';

import { journalFile } from '../../../../lib/storage/ledger-files';
import { CrashableJournal } from './crashable-journal';
import type { ManualTimers } from '../../support/manual-timers';
import type { ModelAlert } from './model-alert';
import { ModelPlatform } from './model-platform';
import { ModelProcess } from './model-process';
import type { Scenario, Step } from './model-steps';
import { turns } from '../../support/turns';

/** On this machine's clock: how long the disk takes does not count. */
const GIVE_UP_MS = 60_000;

const FINE = { status: 'Pending', urgency: 40 } as const;

/** A trigger whose process is restarted and killed, as a scenario says. */
export class ModelScenario {
  readonly platform = new ModelPlatform();
  #process!: ModelProcess;
  #files = 0;

  private constructor(
    readonly timers: ManualTimers,
    readonly folder: string,
    readonly compactEvery: number,
    readonly atMostOnce: boolean,
  ) {}

  /** Plays a scenario, lets everything end well after it, and returns what became of each alert. */
  static async play(
    { before, dateOff, steps, compactEvery }: Scenario,
    { timers, folder, atMostOnce }: { timers: ManualTimers; folder: string; atMostOnce: boolean },
  ): Promise<ModelAlert[]> {
    timers.install();
    const self = new ModelScenario(timers, folder, compactEvery, atMostOnce);
    const { platform } = self;
    // Nothing but the platform's time is: it passes on this machine as it does there.
    performance.now = () => platform.elapsedMs;
    for (let count = 0; count < before; count += 1) {
      platform.raise({ wanted: true, hidden: false, raised: FINE, before: true });
      platform.pass(30);
    }
    platform.dateOff = dateOff;
    self.#process = await self.#open(self.#nextFile());
    await self.#process.read();
    await self.#process.ledger.committed();
    for (const one of steps) {
      await self.#take(one);
      self.#process.check();
    }
    await self.#settle();
    for (let file = 1; file <= self.#files; file += 1)
      rmSync(journalFile(`${folder}-${file}`, 1), { force: true });
    assert.deepEqual(platform.violations, []);
    return platform.alerts;
  }

  #open(file: string): Promise<ModelProcess> {
    const journal = new CrashableJournal(file, this.compactEvery);
    return ModelProcess.start(this.platform, journal, this.atMostOnce);
  }

  #nextFile(): string {
    this.#files += 1;
    return `${this.folder}-${this.#files}`;
  }

  async #take(one: Step): Promise<void> {
    const { platform, timers } = this;
    switch (one.kind) {
      case 'raise': {
        platform.pass(one.after);
        const { uuid, createdAt } = platform.raise(one);
        if (one.announced !== undefined) this.#process.notice(uuid, createdAt + one.announced);
        return;
      }
      case 'change':
        platform.pass(one.after);
        {
          platform.change(one.which, one.to);
          return;
        }
      case 'read':
        return void this.#process.read();
      case 'end': {
        this.#process.end(one.which, one.how);
        return;
      }
      case 'late': {
        this.#process.revise(one.which);
        return;
      }
      case 'tick':
        if (timers.waits.length > 0) timers.fireNext();
        return;
      case 'turns':
        return turns(one.count);
      case 'pass': {
        platform.pass(one.seconds);
        return;
      }
      case 'clock':
        platform.dateOff = one.dateOff;
        return;
      case 'platform':
        platform.up = one.up;
        return;
      case 'disk':
        this.#process.journal.full = one.full;
        return;
      case 'rerun': {
        this.#process.rerun();
        return;
      }
      case 'restart':
        return this.#restart();
      case 'crash':
        return this.#crash(one);
    }
  }

  async #restart(): Promise<void> {
    const { journal } = this.#process;
    journal.full = false;
    await this.#process.stop();
    this.#process = await this.#open(journal.file);
  }

  async #crash(crash: Extract<Step, { kind: 'crash' }>): Promise<void> {
    const file = this.#nextFile();
    this.#process.journal.crash(file, crash);
    this.#process.kill(crash);
    this.#process = await this.#open(file);
  }

  /** The clocks stay as wrong as they are. */
  async #settle(): Promise<void> {
    const process = this.#process;
    this.platform.up = true;
    this.platform.pass(501);
    process.journal.full = false;
    await this.#drain();
    process.check();
    await process.stop();
    const { journal } = await this.#open(process.journal.file);
    await journal.close();
  }

  async #drain(): Promise<void> {
    const { timers, atMostOnce } = this;
    const process = this.#process;
    const { counts } = process.ledger;
    // Twice: a read that was under way may have begun before the last alert was there.
    await process.read();
    await process.read();
    const giveUpAt = Date.now() + GIVE_UP_MS;
    while (Date.now() < giveUpAt) {
      if (!atMostOnce) process.rerun();
      while (process.running.length > 0) process.end(0, 'succeeded');
      timers.fireAll();
      await turns(3);
      if (counts.queued + counts.running + counts.waiting + (atMostOnce ? 0 : counts.dead) > 0) continue;
      timers.fireAll();
      await process.ledger.committed();
      // At most once, an alert is sent right after its record is durable.
      await turns(1);
      if (process.running.length === 0) return;
    }
    assert.fail('the ledger does not come to rest');
  }
}
