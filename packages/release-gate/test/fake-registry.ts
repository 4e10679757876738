import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canDeploy, type Live, type Release, type Schema } from '@dure/compatibility';
import type { Manifest } from '../src/manifest.ts';

/** What a registry does that is not well. */
export type Trouble = 'slow' | 'rubbish' | 'empty' | 'failing' | 'another stage' | 'a yes with a reason';

interface Asked {
  readonly stage?: string;
  readonly releases?: readonly { service: string; label: string }[];
  readonly removals?: readonly string[];
  readonly urgent?: boolean;
}

interface Entry {
  readonly service: string;
  readonly label: string;
  state: 'candidate' | 'live' | 'draining';
}

/** A registry in one process: its contract over HTTP, and the verdicts of `canDeploy`, without a table. */
export interface FakeRegistry {
  readonly url: string;
  readonly releases: Map<string, Manifest & { label: string }>;
  readonly live: Entry[];
  /** Recordings, in their order: `candidate seeds v1_20260101-1`. */
  readonly recorded: string[];
  /** By service, as it was recorded last. */
  readonly addresses: Record<string, readonly string[]>;
  /** Tests of dependants that failed. */
  readonly failures: { readonly provider: object; readonly consumer: object; readonly what: string }[];
  trouble: Trouble | undefined;
  /** Excuses what would block. */
  override: boolean;
  /** Called before a recording is taken. */
  beforeRecording: () => void;
  token: number;
  /** Registers a release and records it as live. */
  runs(manifest: Manifest): string;
  stop(): Promise<void>;
}

const PROBLEM = 'application/problem+json';
const WHEN = '2026-01-05T09:30:00.000Z';

export async function startRegistry(): Promise<FakeRegistry> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: FakeRegistry = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`,
    ...{
      releases: new Map(),
      live: [],
      recorded: [],
      addresses: {},
      failures: [],
      trouble: undefined,
      override: false,
      token: 1,
    },
    beforeRecording: () => {},
    runs(manifest) {
      const label = register(manifest);
      fake.live.push({ service: manifest.service, label, state: 'live' });
      return label;
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };

  const keyOf = ({ service, label }: { service: string; label: string }) => `${service}/${label}`;

  function register(manifest: Manifest): string {
    const known = [...fake.releases.values()].filter(({ service }) => service === manifest.service);
    const same = known.find(({ digest }) => digest === manifest.digest);
    if (same !== undefined) return same.label;
    const label = `v${manifest.major}_20260101-${known.length + 1}`;
    fake.releases.set(`${manifest.service}/${label}`, { ...manifest, label });
    return label;
  }

  const judged = (it: { service: string; label: string }): Release => {
    const release = fake.releases.get(keyOf(it))!;
    return { ...release, owner: release.owner.name };
  };

  function verdict({ stage = 'dev', releases: asked = [], removals = [], urgent = false }: Asked) {
    const schemas = Object.assign({}, ...[...fake.releases.values()].map((it) => it.schemas)) as Record<string, Schema>;
    const judgement = canDeploy({
      live: fake.live.map((it): Live => ({ release: judged(it), state: it.state })),
      releases: asked.map((it) => ({ ...judged(it), urgent })),
      leaving: removals,
      schemaOf: (hash) => schemas[hash],
      ...{ deprecations: {}, now: new Date(WHEN) },
    });
    const override = {
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      who: 'Team Seeds',
      why: 'It is agreed.',
      until: WHEN,
    };
    const excused = fake.override && judgement.answer === 'no';
    return {
      ...judgement,
      ...(excused && { answer: 'yes', blockers: [] }),
      overridden: excused ? judgement.blockers.map((it) => ({ ...it, override })) : [],
      ...(fake.trouble === 'a yes with a reason' && { answer: 'yes' }),
      ...{ stage: fake.trouble === 'another stage' ? 'other' : stage, token: fake.token, _links: {} },
    };
  }

  interface Recorded {
    readonly state: string;
    readonly endpoints?: readonly { readonly url: string }[];
  }
  function record(service: string, label: string, { state, endpoints }: Recorded, ifMatch: string | undefined) {
    fake.beforeRecording();
    if (ifMatch !== `"${fake.token}"`) return problem(412, 'precondition-failed');
    fake.recorded.push(`${state} ${service} ${label}`);
    if (endpoints !== undefined) fake.addresses[service] = endpoints.map(({ url }) => url);
    fake.token += 1;
    const index = fake.live.findIndex((it) => it.service === service && it.label === label);
    if (index >= 0) fake.live.splice(index, 1);
    if (state === 'live') for (const it of fake.live) if (it.service === service) it.state = 'draining';
    if (state !== 'removed') fake.live.push({ service, label, state: state as Entry['state'] });
    const view = { stage: 'dev', service, label, since: WHEN, state, token: fake.token, replaced: [], _links: {} };
    return json(200, view, { etag: `"${fake.token}"` });
  }

  function consumers(contract: string, major: number) {
    return fake.live.flatMap(({ state, ...it }) =>
      judged(it)
        .requires.filter((required) => required.contract === contract && required.major === major)
        .map(({ use, fields, schema }) => ({ ...it, owner: judged(it).owner, use, fields, schema, state, _links: {} })),
    );
  }

  function route(method: string, path: string, body: unknown, ifMatch: string | undefined): Answer {
    const parts = path.split('/').slice(3);
    const [root, first = '', second = '', third = '', fourth = ''] = parts;
    if (method === 'POST' && root === 'can-deploy') return json(200, verdict(body as Asked));
    if (method === 'POST' && root === 'test-failures') {
      fake.failures.push(body as FakeRegistry['failures'][number]);
      return { status: 204, headers: {}, body: '' };
    }
    if (method === 'POST' && root === 'releases')
      return json(201, view(register(body as Manifest), body as Manifest), { location: '/', etag: '"1"' });
    if (method === 'PUT' && root === 'stages') return record(third, fourth, body as never, ifMatch);
    if (root === 'stages') {
      const items = fake.live.map((it) => ({ ...it, owner: judged(it).owner, since: WHEN, _links: {} }));
      return json(
        200,
        { stage: 'dev', token: fake.token, bootstrap: 'closed', items, _links: {} },
        { etag: `"${fake.token}"` },
      );
    }
    if (root === 'releases' && second !== '')
      return json(200, view(second, fake.releases.get(`${first}/${second}`)!), { etag: '"1"' });
    if (root === 'releases') {
      const items = [...fake.releases.values()]
        .filter((it) => it.service === first)
        .map((it) => ({ ...view(it.label, it), owner: 'Team' }));
      return json(200, { items, _links: {} }, { etag: '"1"' });
    }
    if (root === 'contracts')
      return json(200, { items: consumers(`${first}/${second}`, Number(third)), _links: {} }, { etag: '"1"' });
    return problem(404, 'not-found');
  }

  const view = (label: string, { schemas: _, ...manifest }: Manifest) => ({
    ...manifest,
    label,
    registeredAt: WHEN,
    _links: {},
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let text = '';
    for await (const chunk of request) text += String(chunk);
    if (fake.trouble === 'slow') return;
    const path = new URL(request.url ?? '/', 'http://fake').pathname;
    const { status, headers, body } =
      troubled(fake.trouble) ??
      route(request.method ?? 'GET', path, text === '' ? undefined : JSON.parse(text), request.headers['if-match']);
    response.writeHead(status, headers).end(body);
  }
  return fake;
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

const json = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  ...{ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) },
});

const problem = (status: number, code: string): Answer => ({
  ...{ status, headers: { 'content-type': PROBLEM } },
  body: JSON.stringify({ type: `urn:dure:problem:${code}`, title: code, status }),
});

function troubled(trouble: Trouble | undefined): Answer | undefined {
  if (trouble === 'rubbish') return { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>yes</html>' };
  if (trouble === 'empty') return { status: 200, headers: { 'content-type': 'application/json' }, body: '' };
  if (trouble === 'failing') return problem(500, 'internal-error');
  return undefined;
}
