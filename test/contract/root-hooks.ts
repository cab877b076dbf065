import type { RootHookObject } from 'mocha';

import { USER_AGENT } from '../../lib/sekoia/user-agent';
import { type Exchange, observeExchanges } from '../../simulator';
import { answerViolations, requestViolations } from './support/contract';

/** What was found since somebody last looked. */
let found: string[] = [];

function judge({ method, path, query, userAgent, body, answer }: Exchange): void {
  // Tests of the simulator ask for what there is not, on purpose; the client must not.
  if (userAgent === USER_AGENT)
    found.push(
      ...requestViolations({ method, path, query, body: body.length > 0 ? parse(body) : undefined }),
    );
  if (answer) found.push(...answerViolations(method, path, answer.status, answer.body));
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @throws Error when anything differed from the contract since the last call */
export function assertContractKept(): void {
  if (found.length === 0) return;
  const violations = [...new Set(found)];
  found = [];
  throw new Error(`Not as the platform's contract says:\n${violations.slice(0, 20).join('\n')}`);
}

/** Loaded before every test (see .mocharc.json). */
export const mochaHooks: RootHookObject = {
  beforeAll() {
    observeExchanges(judge);
  },

  // The test itself fails: a hook that fails would end the run, and hide what other tests say.
  beforeEach(this: Mocha.Context) {
    const test = this.currentTest as Mocha.Test & { async?: boolean };
    const { fn } = test;
    if (fn === undefined || test.async) return;
    test.fn = async function (this: Mocha.Context) {
      await (fn as Mocha.AsyncFunc).call(this);
      assertContractKept();
    };
  },

  /** What happened after the last test, or in a test that failed anyway. */
  afterAll() {
    observeExchanges(undefined);
    assertContractKept();
  },
};
