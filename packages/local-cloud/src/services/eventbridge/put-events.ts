import { randomUUID } from 'node:crypto';
import { isObject, parseJson } from '@dure/local-http/json';
import {
  allowOnly,
  invalid,
  optionalText,
  requiredObjects,
  requiredTime,
  type Input,
} from '@dure/aws-protocols/aws-input';
import { violates } from '@dure/aws-protocols/aws-input';
import { busNameOf } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import type { Deliveries } from './deliveries.ts';
import type { Envelope, Publish } from './publisher.ts';
import { inTransaction } from './schema.ts';

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;

interface Accepted {
  readonly bus: string;
  readonly envelope: Envelope;
}
interface Refused {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

/**
 * PutEvents: entries that are wrong are answered one by one, the others are on disk with their deliveries before the
 * answer. An entry for a bus that does not exist is answered with an id and goes nowhere, as on AWS.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html,
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html
 */
export function putEventsAction(context: Context, buses: Buses, publish: Publish, deliveries: Deliveries): Action {
  return (input) => {
    allowOnly('PutEvents', input, ['Entries']);
    const entries = requiredObjects(input, 'Entries', 0);
    if (entries.length > MAX_ENTRIES) {
      const shown = `[${entries.map(asText).join(', ')}]`;
      throw violates('entries', shown, `must have length less than or equal to ${MAX_ENTRIES}`);
    }
    for (const entry of entries) allowOnly('PutEvents entry', entry, ENTRY_PROPERTIES);
    if (entries.reduce((total, entry) => total + sizeOf(entry), 0) > MAX_BYTES) {
      throw invalid('Total size of the entries in the request is over the limit.');
    }
    const results = entries.map((entry) => accept(context, entry));
    const accepted = results.filter((result) => 'envelope' in result);
    const known = accepted.filter(({ bus, envelope }) => {
      const exists = buses.exists(bus);
      if (!exists) context.log('warn', `Event bus ${bus} does not exist: an event is lost`, { event: envelope.label });
      return exists;
    });
    const pending = inTransaction(context.database, () => known.flatMap(({ bus, envelope }) => publish(bus, envelope)));
    deliveries.add(pending);
    return {
      FailedEntryCount: results.length - accepted.length,
      Entries: results.map((result) => ('envelope' in result ? { EventId: result.envelope.id } : result)),
    };
  };
}

const SHOWN = ['time', 'source', 'resources', 'detailType', 'detail', 'eventBusName', 'traceHeader'];
const ENTRY_PROPERTIES = ['Time', 'Source', 'Resources', 'DetailType', 'Detail', 'EventBusName', 'TraceHeader'];

/** An entry as AWS shows it in a sentence. */
function asText(entry: Input): string {
  const shown = SHOWN.map((name) => {
    const value = entry[`${name.charAt(0).toUpperCase()}${name.slice(1)}`] ?? null;
    return `${name}=${Array.isArray(value) ? `[${value.join(', ')}]` : String(value as string | null)}`;
  });
  return `PutEventsRequestEntry(${shown.join(', ')}, kmsKeyIdentifier=null, internalMetadata=null)`;
}

function sizeOf({ Time, Source, DetailType, Detail, Resources }: Input): number {
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? (Resources as unknown[]) : [])];
  const bytes = texts.reduce<number>((sum, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0), 0);
  return bytes + (Time === undefined || Time === null ? 0 : 14);
}

function accept(context: Context, entry: Input): Accepted | Refused {
  for (const name of ['Source', 'DetailType', 'Detail']) {
    if (typeof entry[name] !== 'string' || entry[name] === '') {
      const message = `Parameter ${name} is not valid. Reason: ${name} is a required argument.`;
      return { ErrorCode: 'InvalidArgument', ErrorMessage: message };
    }
  }
  const { Source, DetailType, Detail } = entry as { Source: string; DetailType: string; Detail: string };
  if (Source.startsWith('aws.')) {
    return { ErrorCode: 'NotAuthorizedForSourceException', ErrorMessage: 'Not authorized for the source.' };
  }
  const detail = parseObject(Detail);
  if (detail === undefined) return { ErrorCode: 'MalformedDetail', ErrorMessage: 'Detail is malformed.' };
  const receivedAt = context.now();
  const given = entry.Time === undefined || entry.Time === null ? receivedAt : requiredTime(entry, 'Time');
  const time = Math.floor(given / 1000) * 1000;
  const head = {
    version: '0',
    id: randomUUID(),
    'detail-type': DetailType,
    source: Source,
    account: context.accountId,
    time: new Date(time).toISOString().replace('.000Z', 'Z'),
    region: context.region,
    resources: resourcesOf(entry),
  };
  // The detail's own text is kept, since numbers beyond double precision would not survive parsing.
  const body = `${JSON.stringify(head).slice(0, -1)},"detail":${Detail.trim()}}`;
  const envelope = {
    id: head.id,
    label: `${Source} ${DetailType}`,
    body,
    event: { ...head, detail },
    time,
    receivedAt,
    trace: optionalText(entry, 'TraceHeader', 500) ?? null,
  };
  return { bus: busNameOf(context, entry.EventBusName), envelope };
}

function parseObject(text: string): object | undefined {
  const value = parseJson(text);
  return isObject(value) ? value : undefined;
}

function resourcesOf({ Resources }: Input): string[] {
  if (Resources === undefined || Resources === null) return [];
  if (Array.isArray(Resources) && Resources.every((item) => typeof item === 'string')) return Resources;
  throw invalid('Resources must be a list of strings.');
}
