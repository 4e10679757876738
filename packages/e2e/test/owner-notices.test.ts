import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { DeprecateContract, GetStage, RecordDeployment, RegisterRelease } from '@dure/contracts/registry';
import { type Cloud, connect, expectStatus, json } from '@dure/testing/cloud';
import { eventually } from '@dure/testing/eventually';
import { type LocalCloudProcess, startLocalCloud } from '@dure/testing/local-cloud-process';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';

/* What concerns an owner reaches it once: from the registry over the topic of the alerts to a mail and a signed webhook. */

const STAGE = 'local';
const PROVIDER = { service: 'parcels', owner: { name: 'Team Parcels', email: 'parcels@example.com' } };
const CONSUMER = { service: 'tracking', owner: { name: 'Team Tracking', email: 'tracking@example.com' } };
const OLD = 'parcels/ParcelSent@1';
const SCHEMA = '{"type":"object"}';
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');
const secret = `whsec_${randomBytes(32).toString('base64')}`;

const hooks: string[] = [];
const receiver = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
  request.on('end', () => {
    const hook = new Webhook(secret).verify(body, request.headers as Record<string, string>);
    const { state, title } = (hook as { data: { state: string; title: string } }).data;
    // Alarms of the stage are for the operators.
    if (state === 'NOTICE') hooks.push(title);
    response.writeHead(204).end();
  });
});

let running: LocalCloudProcess;
let cloud: Cloud;
let ssm: SSMClient;
let events: EventBridgeClient;

beforeAll(async () => {
  receiver.listen(0, '127.0.0.1');
  running = await startLocalCloud({ only: ['registry'] });
  cloud = connect(running.url);
  const client = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };
  ssm = new SSMClient({ ...client, endpoint: running.endpoints['SSM']! });
  events = new EventBridgeClient({ ...client, endpoint: running.endpoints['EventBridge']! });
  const { port } = receiver.address() as { port: number };
  await put('alerts/webhook-url', `http://127.0.0.1:${port}/`);
  await put('alerts/webhook-secret', secret);
}, 300_000);

afterAll(async () => {
  ssm?.destroy();
  events?.destroy();
  await running?.stop();
  receiver.closeAllConnections();
  receiver.close();
});

const put = (name: string, Value: string) =>
  ssm.send(new PutParameterCommand({ Name: `/dure/${STAGE}/${name}`, Value, Type: 'String', Overwrite: true }));

const message = (major: number) => ({
  ...{ contract: 'parcels/ParcelSent', major, kind: 'event' as const, schema: sha(SCHEMA) },
});

/** Registers a release and records it as live. @returns the digest of its artefacts */
async function deploy(
  { service, owner }: typeof PROVIDER,
  contracts: { readonly provides?: readonly number[]; readonly requires?: readonly number[] },
): Promise<string> {
  const digest = sha(randomUUID());
  const { provides = [], requires = [] } = contracts;
  const body = {
    ...{ service, owner, major: 1, commit: 'c0ffee', digest, provides: provides.map(message) },
    requires: requires.map((major) => ({ ...message(major), use: 'reads' as const, fields: ['*'] })),
    schemas: { [sha(SCHEMA)]: JSON.parse(SCHEMA) as Record<string, unknown> },
  };
  const { label } = expectStatus(await cloud.call(RegisterRelease, { body }), 201).body;
  const stage = await cloud.call(GetStage, { params: { stage: STAGE } });
  const { token, bootstrap } = stage.status === 200 ? expectStatus(stage, 200).body : { token: 0, bootstrap: 'open' };
  const params = { stage: STAGE, service, label };
  const state = { state: 'live' as const, bootstrap: bootstrap === 'open' };
  expectStatus(await cloud.call(RecordDeployment, { params, body: state, ifMatch: String(token) }), 200);
  await put(`${service}/artefacts`, digest);
  return digest;
}

/** Twice, because what has been told is not told again. */
async function twice(job: 'sweep' | 'drift'): Promise<void> {
  await cloud.invoke(`registry-${STAGE}-${job}`);
  await cloud.invoke(`registry-${STAGE}-${job}`);
}

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString();

async function deprecate(sunset: string): Promise<void> {
  const params = { owner: 'parcels', name: 'ParcelSent', major: '1' };
  const body = { since: inDays(-1), sunset, successor: 'parcels/ParcelSent@2' };
  expectStatus(await cloud.call(DeprecateContract, { params, body }), 200);
}

async function mailsTo({ owner }: typeof PROVIDER): Promise<string[]> {
  const { emails } = (await json(`${cloud.url}/_cloud/emails?limit=1000&to=${owner.email}`)) as {
    emails: { subject: string }[];
  };
  return emails.map(({ subject }) => subject.replace(/^\[local\] NOTICE: /, '')).sort();
}

/** Waits until every one of these has come; then nothing else has. */
async function expectMails(provider: readonly string[], consumer: readonly string[]): Promise<void> {
  const [one, other] = [[...provider].sort(), [...consumer].sort()];
  await eventually(`${[...one, ...other].join(', ')} have come`, async () => {
    const counts = [(await mailsTo(PROVIDER)).length, (await mailsTo(CONSUMER)).length, hooks.length];
    return counts[0]! >= one.length && counts[1]! >= other.length && counts[2]! >= one.length + other.length
      ? true
      : undefined;
  });
  expect({ provider: await mailsTo(PROVIDER), consumer: await mailsTo(CONSUMER) }).toEqual({
    provider: one,
    consumer: other,
  });
  expect([...hooks].sort()).toEqual([...one, ...other].sort());
}

const [forProvider, forConsumer]: [string[], string[]] = [[], []];

it('a new version is told to who uses the older one', async () => {
  await deploy(PROVIDER, { provides: [1] });
  await deploy(CONSUMER, { requires: [1] });
  await deploy(PROVIDER, { provides: [1, 2] });
  forConsumer.push('parcels/ParcelSent@2 is there');
  await expectMails(forProvider, forConsumer);
});

it.each([
  [30, 29],
  [7, 6],
  [1, 0.5],
])('a sunset within %i days is told to both sides, and new terms to who uses it', async (days, left) => {
  await deprecate(inDays(left));
  await twice('sweep');
  forConsumer.push(`${OLD} is deprecated`, `${OLD} goes within ${days === 1 ? 'a day' : `${days} days`}`);
  forProvider.push(`The sunset of ${OLD} is near`);
  await expectMails(forProvider, forConsumer);
});

it('a sunset that has passed is told to both sides while the contract is required', async () => {
  await deprecate(inDays(-0.5));
  await twice('sweep');
  forConsumer.push(`${OLD} is deprecated`, `${OLD} is past its sunset`);
  forProvider.push(`The sunset of ${OLD} has passed`);
  await expectMails(forProvider, forConsumer);
});

it('drift is told to the owner: of artefacts, and of rules on the bus', async () => {
  const PATTERN = { source: ['dure.parcels'], 'detail-type': ['ParcelSent.v1'] };
  const rule = { Name: `dure-${STAGE}-tracking-facts-ParcelSent-v1`, EventBusName: `dure-${STAGE}` };
  // What the consumer needs is not there.
  await twice('drift');
  forConsumer.push('tracking differs from what is recorded');
  await expectMails(forProvider, forConsumer);

  await events.send(new PutRuleCommand({ ...rule, EventPattern: JSON.stringify(PATTERN) }));
  const Targets = [{ Id: 'queue', Arn: 'arn:aws:sqs:us-east-1:000000000000:tracking-facts' }];
  await events.send(new PutTargetsCommand({ Rule: rule.Name, EventBusName: rule.EventBusName, Targets }));
  await twice('drift');
  await put('tracking/artefacts', sha('something else'));
  await twice('drift');
  forConsumer.push('tracking differs from what is recorded');
  await expectMails(forProvider, forConsumer);
});
