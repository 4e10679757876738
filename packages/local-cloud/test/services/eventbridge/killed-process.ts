/**
 * A process that accepts events whose target never answers, then waits to be killed. Started by restart.test.ts with
 * the database file as its argument; writes `ready` once PutEvents has answered.
 */
import { DatabaseSync } from 'node:sqlite';
import { createEventBridge } from '../../../src/services/eventbridge/index.ts';

const database = new DatabaseSync(process.argv[2] ?? '');
database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
const bridge = createEventBridge({
  database,
  accountId: '000000000000',
  region: 'us-east-1',
  deliver: () => new Promise<void>(() => undefined),
  deadLetter: () => Promise.resolve(),
  log: () => undefined,
  recordDelivery: () => undefined,
});
bridge.start();
const EventSourceArn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
await bridge.handle('CreateArchive', { ArchiveName: 'all', EventSourceArn });
for (const name of ['a', 'b']) {
  await bridge.handle('PutRule', { Name: name, EventPattern: '{"source":["dure.test"]}' });
  const Targets = [{ Id: 'target', Arn: `arn:aws:sqs:us-east-1:000000000000:${name}` }];
  await bridge.handle('PutTargets', { Rule: name, Targets });
}
for (let n = 0; n < 20; n++) {
  const Entries = [{ Source: 'dure.test', DetailType: 'Tested.v1', Detail: JSON.stringify({ n }) }];
  await bridge.handle('PutEvents', { Entries });
}
process.stdout.write('ready\n');
setInterval(() => undefined, 60_000);
