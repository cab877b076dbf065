/** Mocha's own report, and one line of JSON with the counts for whoever runs several suites. */
import { appendFileSync } from 'node:fs';

import Mocha from 'mocha';

class CountsReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    runner.once('end', () => {
      const file = process.env.TEST_COUNTS_FILE;
      const { passes, failures } = this.stats;
      if (file !== undefined) appendFileSync(file, `${JSON.stringify({ passes, failures })}\n`);
    });
  }
}

export = CountsReporter;
