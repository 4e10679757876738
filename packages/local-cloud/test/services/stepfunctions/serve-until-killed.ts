import { DatabaseSync } from 'node:sqlite';
import { command, ended, pass, run, startHarness, tokenOf } from './harness.ts';

/** Runs one execution to its end and another to its first token, prints their names, and waits to be killed. */
const database = new DatabaseSync(process.argv[2] ?? '');
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
const harness = await startHarness(database);
const done = await run(harness, pass({ Result: 5 }));
await ended(harness, done);
const running = await run(harness, { StartAt: 'A', States: { A: command('A.v1', { End: true }) } }, { kept: true });
const taskToken = await tokenOf(harness, 'A.v1');
process.stdout.write(`${JSON.stringify({ done, running, taskToken })}\n`);
