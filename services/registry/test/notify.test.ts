import { beginCall } from '@dure/contracts/binding/call';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { expect, it } from '@jest/globals';
import {
  type Notifier,
  notifyOfDeprecation,
  notifyOfDrift,
  notifyOfNewMajors,
  notifyOfSunset,
  type SendNotice,
} from '../src/application/notify-owners.ts';
import { alertsTopic } from '../src/channels/alerts-topic.ts';
import { composition, labelOf, live, manifestOf, newService, object, queues, stageWith } from './service.ts';

const { drifts, releases, stages } = composition;
const schema = object({ id: { type: 'string' } });
const sunset = '2026-07-05T00:00:00.000Z';

/** A stage with a provider, and three consumers, two of which have one owner. */
async function told() {
  const provider = newService('orders');
  const [mail, desk, audit] = ['mail', 'desk', 'audit'].map(newService) as [string, string, string];
  const needs = { [`${provider}/Placed`]: { schema } };
  const team = { name: 'Team Post', email: 'post@example.com' };
  const first = manifestOf(provider, { Placed: { schema } });
  const stage = await stageWith(
    first,
    { ...manifestOf(mail, {}, needs), owner: team },
    { ...manifestOf(desk, {}, needs), owner: team },
    { ...manifestOf(audit, {}, needs), owner: { name: 'Team Audit', webhook: 'https://example.com/hook' } },
    manifestOf(newService('other'), { Noted: { schema } }),
  );
  const sent: Parameters<SendNotice>[0][] = [];
  const send: SendNotice = (notice) => Promise.resolve(void sent.push(notice));
  const notifier: Notifier = { releases, stages, drifts, stage, send };
  return { provider, mail, desk, audit, first, stage, sent, notifier, contract: `${provider}/Placed@1` };
}

it('tells each owner once of a deprecation, about all of its services', async () => {
  const { mail, desk, audit, sent, notifier, contract } = await told();
  const terms = { contract, since: '2026-01-05T00:00:00.000Z', sunset, successor: contract.replace('@1', '@2') };
  expect(await notifyOfDeprecation(notifier, 'event-1', terms)).toBe(2);
  const byOwner = new Map(sent.map((notice) => [notice.owner.name, notice]));
  expect([...byOwner.keys()].sort()).toEqual(['Team Audit', 'Team Post']);
  expect(byOwner.get('Team Post')).toMatchObject({ owner: { email: 'post@example.com' } });
  expect(byOwner.get('Team Post')?.text).toContain(`${[desk, mail].sort().join(', ')} of yours uses it.`);
  expect(byOwner.get('Team Audit')?.text).toContain(audit);
  expect(byOwner.get('Team Audit')?.text).toContain(`Move to ${terms.successor}.`);
  await notifyOfDeprecation(notifier, 'event-1', terms);
  await notifyOfDeprecation(notifier, 'event-2', terms);
  expect(new Set(sent.map(({ id }) => id)).size).toBe(4);
});

it('tells users and provider that a sunset is near', async () => {
  const { provider, sent, notifier, contract } = await told();
  expect(await notifyOfSunset(notifier, 'event', { contract, sunset, days: 7 })).toBe(3);
  const toProvider = sent.find(({ owner }) => owner.name === `Team ${provider}`);
  expect(toProvider?.text).toContain('these still require it');
  expect(new Set(sent.map(({ id }) => id)).size).toBe(3);
});

it('sends a message about a new major version to users of the older one, and about any other release to nobody', async () => {
  const { provider, first, stage, sent, notifier } = await told();
  const next = manifestOf(provider, { Placed: { schema } });
  const second = { ...next, provides: [...next.provides, ...next.provides.map((it) => ({ ...it, major: 2 }))] };
  const [before, plain, major] = [
    await labelOf(first),
    await labelOf(manifestOf(provider, { Placed: { schema } })),
    await labelOf(second),
  ];
  const token = (await stages.load(stage))!.token;
  await live(stage, { service: provider, label: plain }, token);
  expect(await notifyOfNewMajors(notifier, 'a', { service: provider, label: plain, replaced: [before] })).toBe(0);
  await live(stage, { service: provider, label: major }, token + 1);
  expect(await notifyOfNewMajors(notifier, 'b', { service: provider, label: major, replaced: [plain] })).toBe(2);
  expect(sent.map(({ title }) => title)).toEqual([`${provider}/Placed@2 is there`, `${provider}/Placed@2 is there`]);
});

it('tells the owner of a service that drifts', async () => {
  const { mail, stage, sent, notifier } = await told();
  const { label } = (await stages.load(stage))!.entries.find((it) => it.service === mail)!;
  const drift = { service: mail, kind: 'different' as const, deployed: 'abc', registered: { label, digest: 'def' } };
  await drifts.report(beginCall(), stage, mail, drift, 1);
  expect(await notifyOfDrift(notifier, 'event', mail)).toBe(1);
  expect(sent).toMatchObject([
    { owner: { name: 'Team Post' }, text: expect.stringContaining(`Deploy ${mail} ${label}`) },
  ]);
  await drifts.report(beginCall(), stage, mail, undefined, 2);
  expect(await notifyOfDrift(notifier, 'later', mail)).toBe(0);
});

it('publishes a notice as the topic of the alerts takes it', async () => {
  const sns = new SNSClient({});
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  queues.createQueue('alerts');
  queues.sns.putSubscription(TopicArn, 'sqs', queues.arnOf('alerts'), {});
  const id = '01890a5d-ac96-874b-bcce-b302099a8057';
  const owner = { name: 'Team Post', email: 'post@example.com' };
  await alertsTopic(TopicArn)({ id, owner, title: 'Grüße', text: 'Zeile\nund mehr' });
  const [message] = queues.messagesIn('alerts');
  const { Subject, Message } = JSON.parse(message?.body ?? '') as { Subject: string; Message: string };
  expect(Subject).toBe('Gr??e');
  expect(JSON.parse(Message)).toEqual({ notice: 'Zeile\nund mehr', id, owner });
  sns.destroy();
});
