import type { Query } from '@dure/local-http/query';
import type { Emulators } from '../services/emulators.ts';
import type { LogRecord, LogStore } from '../shared/log-store.ts';
import type { RecentDeliveries } from '../shared/recent-deliveries.ts';
import type { ServiceSummary } from './options.ts';

interface TraceParts {
  readonly logs: LogStore;
  readonly deliveries: RecentDeliveries;
  readonly emulators?: Emulators;
}

/** Answers `/_cloud/trace`. */
export type Trace = (query: Query) => Promise<unknown>;

interface TracedEvent {
  readonly time: unknown;
  readonly id: string;
  readonly source: unknown;
  readonly type: unknown;
  readonly subject?: unknown;
  readonly sequence?: unknown;
  readonly correlationId?: string;
  readonly data: unknown;
  readonly links: { readonly deliveries: string };
}

const MAX_CORRELATIONS = 20;
const MAX_DELIVERIES = 50;
const MAX_LOGS = 1000;
const READ_TIMEOUT_MS = 10_000;

/**
 * What happened to one thing: from the id of an order, a payment or a request (`x-correlation-id`) to the events that
 * name it, their deliveries, its executions, what the services show under that id, and what went wrong.
 */
export function createTrace(parts: TraceParts, url: () => string, services: () => readonly ServiceSummary[]): Trace {
  return async ({ id = '' }) => {
    const help = `${url()}/_cloud/trace?id=ID, with the id of an order, or an x-correlation-id`;
    if (id === '') return { help };
    const events = eventsOf(id, parts, url());
    const correlationIds = correlationsOf(id, events);
    return {
      id,
      resources: await resourcesOf(id, services(), await credentialsAt(url())),
      events,
      executions: await executionsOf(id, parts.emulators),
      deliveries: events.flatMap((event) => parts.deliveries.search({ id: event.id, limit: MAX_DELIVERIES })),
      problems: problemsOf([id, ...correlationIds], parts.logs),
      links: {
        logs: `${url()}/_cloud/logs?q=${encodeURIComponent(id)}`,
        requests: correlationIds.map((it) => `${url()}/_cloud/trace?id=${it}`),
      },
    };
  };
}

/** Those that name it, in their data or in their envelope. */
const eventsOf = (id: string, { emulators }: TraceParts, url: string): TracedEvent[] =>
  (emulators?.eventBridge.archivedWith(id) ?? [])
    .map((envelope) => tracedEvent(envelope, url))
    .sort((one, other) => (String(one.time) < String(other.time) ? -1 : 1));

const correlationsOf = (id: string, events: readonly TracedEvent[]): string[] =>
  [...new Set(events.flatMap(({ correlationId }) => correlationId ?? []))]
    .filter((it) => it !== id)
    .slice(0, MAX_CORRELATIONS);

/** An event in AWS's envelope; what CloudEvents say of it, where its detail is one. */
function tracedEvent(envelope: Readonly<Record<string, unknown>>, url: string): TracedEvent {
  const detail = (envelope['detail'] ?? {}) as Readonly<Record<string, unknown>>;
  const correlationId = detail['correlationid'];
  const id = String(envelope['id']);
  return {
    time: detail['time'] ?? envelope['time'],
    id,
    source: envelope['source'],
    type: envelope['detail-type'],
    ...(detail['subject'] !== undefined && { subject: detail['subject'] }),
    ...(detail['sequence'] !== undefined && { sequence: detail['sequence'] }),
    ...(typeof correlationId === 'string' && { correlationId }),
    data: detail['data'] ?? detail,
    links: { deliveries: `${url}/_cloud/deliveries?id=${encodeURIComponent(id)}` },
  };
}

/** Executions that have the id as their name, with the states that they entered. */
async function executionsOf(id: string, emulators: Emulators | undefined): Promise<object[]> {
  const ask = (action: string, input: object) => emulators?.stepFunctions.handle(action, { ...input });
  const listed = (await ask('ListStateMachines', {})) as { stateMachines: { stateMachineArn: string }[] } | undefined;
  const found = (listed?.stateMachines ?? []).map(async ({ stateMachineArn }) => {
    const executionArn = `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${id}`;
    try {
      const { status, startDate, stopDate, cause, error } = (await ask('DescribeExecution', {
        executionArn,
      })) as Record<string, unknown>;
      const history = (await ask('GetExecutionHistory', { executionArn })) as { events: Record<string, unknown>[] };
      const states = history.events.flatMap(
        (event) => (event['stateEnteredEventDetails'] as { name: string } | undefined)?.name ?? [],
      );
      return [{ executionArn, status, startDate, stopDate, cause, error, states }];
    } catch {
      return []; // This machine has no execution of that name.
    }
  });
  return (await Promise.all(found)).flat();
}

/**
 * What services show of it: `GET /v1/orders/{orderId}` of each that has such a route. What a service shows of any id, such
 * as the settings of whoever has chosen none, says nothing of this one.
 */
async function resourcesOf(id: string, services: readonly ServiceSummary[], headers: Credentials): Promise<object[]> {
  const addresses = services.flatMap(({ name, state, url, routes }) =>
    state !== 'running'
      ? []
      : routes.flatMap((route) => {
          const [, path] = /^GET (\/[^{}]*)\{\w+\}$/.exec(route) ?? [];
          return path === undefined ? [] : [{ service: name, base: `${url}${path}` }];
        }),
  );
  const read = addresses.map(async ({ service, base }) => {
    const shown = await shownAt(base, id, headers);
    if (shown === undefined || shown === (await shownAt(base, anotherLike(id), headers))) return [];
    return [{ service, url: base + encodeURIComponent(id) }];
  });
  return (await Promise.all(read)).flat();
}

type Credentials = Readonly<Record<string, string>>;

/** Who runs the laptop may see what an operator may. Where no identity service runs, nobody is asked for a token. */
async function credentialsAt(url: string): Promise<Credentials> {
  // Loaded when first needed, which keeps the start short.
  const { localClientToken } = await import('@dure/release-gate/client-token');
  const token = await localClientToken('operator', url);
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

/** The answer without the id itself. */
async function shownAt(base: string, id: string, headers: Credentials): Promise<string | undefined> {
  const url = base + encodeURIComponent(id);
  const response = await fetch(url, { headers, signal: AbortSignal.timeout(READ_TIMEOUT_MS) }).catch(() => undefined);
  const text = await response?.text().catch(() => undefined);
  return response?.status === 200 ? text?.replaceAll(id, '') : undefined;
}

/** An id of the same form, by its last character: a UUID stays one. */
function anotherLike(id: string): string {
  const last = id.slice(-1);
  const [one, other] = /\d/.test(last) ? '01' : /[A-Z]/.test(last) ? 'AB' : 'ab';
  return id.slice(0, -1) + (last === one ? other : one);
}

/** Warnings and errors that name one of these ids, oldest first. */
function problemsOf(ids: readonly string[], logs: LogStore): LogRecord[] {
  const found = ids.flatMap((q) => logs.search({ q, limit: MAX_LOGS }));
  const bad = found.filter(({ level }) => level === 'warn' || level === 'error');
  return [...new Set(bad.map((record) => JSON.stringify(record)))]
    .map((text) => JSON.parse(text) as LogRecord)
    .sort((one, other) => (one.time < other.time ? -1 : 1));
}
