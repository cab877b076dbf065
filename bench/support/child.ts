import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

/** What a child process can be asked, by name; each takes one value and gives one. */
export type Answers = Record<string, (question: never) => unknown>;

interface Question {
  id: number;
  name: string;
  question: unknown;
}

interface Answer {
  id: number;
  answer?: unknown;
  error?: string;
}

/** For a child process: answers its parent, and tells that it is there. */
export function serve(answers: Answers): void {
  process.on('message', ({ id, name, question }: Question) => {
    const answering = new Promise((resolve) => resolve(answers[name]?.(question as never)));
    answering.then(
      (answer) => process.send?.({ id, answer } satisfies Answer),
      (error: unknown) => process.send?.({ id, error: String(error) } satisfies Answer),
    );
  });
  // A parent that is gone leaves nobody behind.
  process.on('disconnect', () => process.exit());
  process.send?.({ id: 0 } satisfies Answer);
}

/** A process of its own that answers questions. */
export class Child<Served extends Answers> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  private constructor(child: ChildProcess) {
    this.#process = child;
    child.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
  }

  /** Starts `processes/<name>.ts`, and waits until it serves. */
  static async start<Served extends Answers>(
    name: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Child<Served>> {
    const file = path.join(__dirname, '..', 'processes', `${name}.ts`);
    const child = fork(file, { execArgv: ['--import', 'tsx'], env: { ...process.env, ...env } });
    const failed = once(child, 'exit').then(() => {
      throw new Error(`The process ${name} ended before it was there`);
    });
    await Promise.race([once(child, 'message'), failed]);
    failed.catch(() => undefined);
    return new Child<Served>(child);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  ask<Name extends keyof Served & string>(
    name: Name,
    ...[question]: Parameters<Served[Name]>
  ): Promise<Awaited<ReturnType<Served[Name]>>> {
    const id = (this.#asked += 1);
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, ({ answer, error }) => {
        if (error === undefined) resolve(answer as Awaited<ReturnType<Served[Name]>>);
        else reject(new Error(error));
      });
      this.#process.send({ id, name, question } satisfies Question);
    });
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.disconnect();
    await ended;
  }
}
