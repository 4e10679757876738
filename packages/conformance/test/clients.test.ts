import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientsSection } from '../src/clients/drive-clients.ts';
import { SERVICE_NAMES, driver } from '../src/clients/driver.ts';
import { otherProcess } from '../src/clients/other-process.ts';
import { sdkV3 } from '../src/clients/v3.ts';
import { type Account, startAccount } from '../src/support/account.ts';

describe('clients', () => {
  let account: Account;
  beforeAll(async () => void (account = await startAccount()));
  afterAll(() => account.end());

  it('drive every service of the account', async () => {
    const outcomes = await sdkV3(account).run();
    expect(outcomes).toEqual(SERVICE_NAMES.map((service) => ({ service, failure: undefined })));
    const all = `${SERVICE_NAMES.length} of ${SERVICE_NAMES.length}`;
    expect(clientsSection([{ client: 'mine', outcomes }])).toContain(`| mine   |   ${all} |`);
  });

  it('of another process are asked a line at a time, and their errors are theirs', async () => {
    const echo = `
      require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
        const { service, operation } = JSON.parse(line);
        console.log(JSON.stringify({ code: 'Planted', message: service + ' ' + operation }));
      });`;
    const outcomes = await otherProcess(process.execPath, ['-e', echo], {}).run();
    expect(outcomes.map(({ failure }) => failure)).toContain('Planted: sqs CreateQueue');
    const section = clientsSection([{ client: 'mine', outcomes }]);
    expect(section).toContain(`0 of ${SERVICE_NAMES.length}`);
    expect(section).toContain('- mine, SQS: Planted: sqs CreateQueue');
  });

  it('that are not there are named', async () => {
    const [first] = await otherProcess('no-such-command', [], {}).run();
    expect(first?.failure).toMatch(/no-such-command ENOENT/);
  });

  it('that answer otherwise fail', async () => {
    const outcomes = await driver(async () => ({ QueueUrl: 'u', Attributes: {}, Messages: [{ Body: 'other' }] })).run();
    expect(outcomes[0]?.failure).toBe('"other" instead of "héllo"');
  });
});
