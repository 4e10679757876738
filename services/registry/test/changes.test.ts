import { call } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import { api, get, labelOf, live, manifestOf, newService, newStage, object, stageWith } from './service.ts';

const schema = object({ id: { type: 'string' } });
const kinds = async (query: Record<string, string>) =>
  ((await get('/changes', {}, query)).body['items'] as { kind: string; what: string }[]).map(({ kind }) => kind);

it('keeps what has changed, newest first, page by page', async () => {
  const service = newService();
  const stage = await stageWith(manifestOf(service, { Placed: { schema } }));
  const next = { service, label: await labelOf(manifestOf(service, { Placed: { schema } })) };
  await live(stage, next, 1);
  const first = await get('/changes', {}, { stage, limit: '1' });
  expect(first.body['items']).toMatchObject([{ kind: 'deployment-recorded', stage, ...next }]);
  const href = (first.body['_links'] as { next: { href: string } }).next.href;
  const rest = await get('/changes', {}, Object.fromEntries(new URL(href, 'http://localhost').searchParams));
  expect(rest.body['items']).toMatchObject([{ kind: 'deployment-recorded', stage, service }]);
  expect((rest.body['_links'] as { next?: object }).next).toBeUndefined();
  expect(await kinds({ limit: '2' })).toEqual(['deployment-recorded', 'release-registered']);
  expect(
    (
      await get(
        '/changes',
        {},
        { stage: newStage(), cursor: String(new URL(href, 'http://l').searchParams.get('cursor')) },
      )
    ).status,
  ).toBe(400);
});

it('shows what is due, and what is in force', async () => {
  const service = newService();
  const stage = await stageWith(manifestOf(service, { Placed: { schema } }));
  await live(stage, { service, label: await labelOf(manifestOf(service, { Placed: { schema } })) }, 1);
  const contract = `${service}/Placed@1`;
  const until = new Date(Date.now() + 3_600_000).toISOString();
  const body = { stage, contract, who: 'Team', why: 'Off.', until };
  await call(api, { method: 'POST', resource: '/v1/overrides', body });
  const params = { owner: service, name: 'Placed', major: '1' };
  const sunset = new Date(Date.now() + 20 * 86_400_000).toISOString();
  const resource = '/v1/contracts/{owner}/{name}/{major}/deprecation';
  await call(api, { method: 'PUT', resource, params, body: { since: '2026-01-05T00:00:00Z', sunset } });
  expect(await kinds({ view: 'plan', stage })).toEqual(['override-ends', 'draining-ends', 'sunset']);
  expect(await kinds({ view: 'current', stage })).toEqual([
    ...['contract-deprecated', 'deployment-recorded', 'deployment-recorded', 'override-recorded'],
  ]);
  expect(await get('/changes', {}, { view: 'current' })).toMatchObject({
    status: 400,
    body: { errors: [{ in: 'query', field: 'stage' }] },
  });
});
