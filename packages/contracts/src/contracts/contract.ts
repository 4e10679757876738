import type * as z from 'zod/mini';
import type { Access } from './access.ts';

type Schema = z.ZodMiniType;

/**
 * Says that a version goes away: who uses it moves to its successor, the same name with a higher major version. Days are
 * in UTC (`2027-05-31`); the sunset is its last. What still uses it then keeps it alive: nothing is switched off by date.
 */
export interface Deprecation {
  readonly since: string;
  readonly sunset: string;
  /** The major version that replaces it. */
  readonly successor: number;
}

/** A message on the bus: an event (something that happened) or a command (something one service is asked to do). */
export interface MessageContract<
  Kind extends 'event' | 'command' = 'event' | 'command',
  Name extends string = string,
  Data extends Schema = Schema,
> {
  readonly kind: Kind;
  /** The service that publishes the event, or that carries out the command. */
  readonly owner: string;
  /** The services that may put it on the bus: the owner of an event, those that a command names. */
  readonly senders: readonly string[];
  readonly name: Name;
  readonly major: number;
  /** EventBridge `DetailType`: `StockReserved.v1`. */
  readonly detailType: string;
  /** CloudEvents `type`: `dure.inventory.StockReserved.v1`. */
  readonly type: string;
  /** CloudEvents `dataschema`, and the `$id` of the published JSON Schema. */
  readonly dataschema: string;
  readonly schema: Data;
  readonly description: string;
  readonly example: z.output<Data>;
  readonly deprecated?: Deprecation;
}

export type EventContract = MessageContract<'event'>;
export type CommandContract = MessageContract<'command'>;

/** The events of several contracts as one union: a contract's key as `type`, with its data. */
export type EventsOf<Contracts extends Readonly<Record<string, EventContract>>> = {
  [Name in keyof Contracts]: { readonly type: Name } & Readonly<z.output<Contracts[Name]['schema']>>;
}[keyof Contracts];

type Details<Data extends Schema> = Pick<
  MessageContract<'event', string, Data>,
  'description' | 'example' | 'deprecated'
>;
type CommandDetails<Data extends Schema> = Details<Data> & Pick<CommandContract, 'senders'>;

/** Declares an event: what `owner` publishes after a change it has committed. */
export function event<Name extends string, Data extends Schema>(
  owner: string,
  name: Name,
  major: number,
  schema: Data,
  details: Details<Data>,
): MessageContract<'event', Name, Data> {
  return { kind: 'event', ...messageNames(owner, name, major), name, schema, senders: [owner], ...details };
}

/** Declares a command: what `owner` does when one of its senders asks for it over the bus. */
export function command<Name extends string, Data extends Schema>(
  owner: string,
  name: Name,
  major: number,
  schema: Data,
  details: CommandDetails<Data>,
): MessageContract<'command', Name, Data> {
  return { kind: 'command', ...messageNames(owner, name, major), name, schema, ...details };
}

/** What a message is called on the bus, in its envelope and by its schema. */
export function messageNames(owner: string, name: string, major: number) {
  const detailType = `${name}.v${major}`;
  return {
    owner,
    major,
    detailType,
    type: `dure.${owner}.${detailType}`,
    dataschema: `urn:dure:schema:${owner}:${name}:${major}`,
  };
}

/** EventBridge and CloudEvents `source` of a service: `dure.inventory`. */
export const sourceOf = (service: string): string => `dure.${service}`;

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One possible response of an endpoint. The response is checked against the body's schema. */
export interface ResponseContract {
  readonly description: string;
  readonly body?: Schema;
  /** Names of the headers that this response has besides the usual ones, in lower case. */
  readonly headers?: readonly string[];
}

/** For how long an answer may be shown again, by whatever keeps it: `Cache-Control` says so. */
export interface CacheContract {
  /** While it is fresh. */
  readonly ttlSeconds: number;
  /** After that, while it is asked for again (RFC 5861). */
  readonly staleWhileRevalidateSeconds?: number;
  /** After that, when the service fails (RFC 5861). */
  readonly staleIfErrorSeconds?: number;
}

/** A problem that an endpoint returns on purpose: its HTTP status and its cause. */
export interface ProblemContract {
  readonly status: number;
  readonly title: string;
  /** After how many seconds the same request may succeed: `Retry-After`. Without it the answer is final. */
  readonly retryAfterSeconds?: number;
}

export interface EndpointDefinition {
  readonly name: string;
  readonly method: HttpMethod;
  /** Without the version: `/stock/{sku}`. */
  readonly path: string;
  readonly version: number;
  readonly summary: string;
  /** Who may call it. Without it a declaration does not compile, so nothing is open because somebody forgot it. */
  readonly access: Access;
  /**
   * The services that may call it: in their own name, with everybody's data, or on behalf of their caller, who may do no more
   * than without them. By it each service's identity has its scopes, and no others.
   */
  readonly callers?: Readonly<Record<string, 'as-itself' | 'on-behalf'>>;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** Whether `Idempotency-Key` may or must be sent. */
  readonly idempotencyKey?: 'required' | 'optional';
  /** Whether `If-Match` must be sent, or may be. */
  readonly ifMatch?: 'required' | 'optional';
  /**
   * Called by another system with a signature over the body as it came, in these required headers (lower case). The
   * operation verifies it; so the endpoint needs no API key.
   */
  readonly webhook?: { readonly headers: readonly string[] };
  /** How long a success may be shown again to anybody: only a public GET has it. Without it nothing is kept. */
  readonly cache?: CacheContract;
  /** Every response carries `Deprecation`, `Sunset` and a `Link` to the successor. */
  readonly deprecated?: Deprecation;
  /** Largest accepted body in bytes; 64 KiB by default. */
  readonly maxBodyBytes?: number;
  readonly responses: Readonly<Record<number, ResponseContract>>;
  /** By code; the code becomes the problem's `type`, `urn:dure:problem:{code}`. */
  readonly problems?: Readonly<Record<string, ProblemContract>>;
  readonly example: {
    readonly params?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
    readonly response?: unknown;
  };
}

export type EndpointContract<Definition extends EndpointDefinition = EndpointDefinition> = Definition & {
  readonly kind: 'endpoint';
  readonly owner: string;
  /** With the version, as API Gateway knows it: `/v1/stock/{sku}`. */
  readonly fullPath: string;
};

/** Declares an HTTP endpoint of `owner`. */
export function endpoint<const Definition extends EndpointDefinition>(
  owner: string,
  definition: Definition,
): EndpointContract<Definition> {
  return { kind: 'endpoint', owner, fullPath: `/v${definition.version}${definition.path}`, ...definition };
}

export type Contract = MessageContract | EndpointContract;

/** What a consumer reads of a message. The fields decide about its compatibility. */
export interface Consumed<M extends MessageContract = MessageContract, Field extends string = string> {
  readonly contract: M;
  readonly fields: readonly Field[];
}

/** Declares which fields of a message a consumer uses. The handler sees only those. */
export function consumes<M extends MessageContract, Field extends keyof z.output<M['schema']> & string>(
  contract: M,
  fields: readonly Field[],
): Consumed<M, NoInfer<Field>> {
  return { contract, fields };
}
