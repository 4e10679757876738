import { run } from '@dure/local-cloud/cli/run-local-cloud';

/** A local cloud whose alarms take three seconds for a minute, to save test time. */
run(process.argv.slice(2), { minuteMs: 3_000 });
