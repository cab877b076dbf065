/**
 * Mocha's own report, and one line of JSON with the counts for whoever runs several suites. Fails what does not end
 * after its last test.
 */
import { appendFileSync } from 'node:fs';

import Mocha from 'mocha';

/** A test that left something running would keep the process alive for ever. */
const END_WITHIN_MS = 15_000;

class CountsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env.TEST_COUNTS_FILE;
      const { passes, failures } = this.stats;
      setTimeout(() => {
        console.error(
          `${END_WITHIN_MS / 1000} s after the last test, something still keeps the process alive.`,
        );
        process.exit(1);
      }, END_WITHIN_MS).unref();
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passes, failures })}\n`);
    });
  }
}

export = CountsReporter;
