import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A JSON document, or a part of one. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonObject = { readonly [name: string]: Json };

export interface MessageEntry {
  readonly type: string;
  readonly kind: 'event' | 'command';
  readonly owner: string;
  readonly senders: readonly string[];
  readonly name: string;
  readonly major: number;
  /** Of the schema of its data, below the folder of the documents. */
  readonly file: string;
}

export interface ProblemEntry {
  readonly type: string;
  readonly code: string;
  readonly status: number;
  readonly title: string;
  /** `orders/PlaceOrder.v1` */
  readonly operations: readonly string[];
  /** Answered by API Gateway, before any function is called. */
  readonly edge?: boolean;
  /** Answered where no operation is. */
  readonly unrouted?: boolean;
}

/** What `npm run contracts` writes, as far as the pages show it. */
export interface Documents {
  /** By owner. */
  readonly openapi: Readonly<Record<string, JsonObject>>;
  readonly asyncapi: JsonObject;
  readonly messages: readonly MessageEntry[];
  readonly problems: readonly ProblemEntry[];
  /** Of the data of each message, by the message's file. */
  readonly schemas: Readonly<Record<string, JsonObject>>;
}

/** Reads the generated documents of the contracts from their folder. */
export function readDocuments(folder: string): Documents {
  const read = <T>(file: string): T => JSON.parse(readFileSync(join(folder, file), 'utf8')) as T;
  const { messages } = read<{ readonly messages: readonly MessageEntry[] }>('index.json');
  const owners = readdirSync(join(folder, 'openapi')).map((file) => file.replace(/\.json$/, ''));
  return {
    openapi: Object.fromEntries(owners.sort().map((owner) => [owner, read<JsonObject>(`openapi/${owner}.json`)])),
    asyncapi: read('asyncapi.json'),
    messages,
    problems: read('problems.json'),
    schemas: Object.fromEntries(messages.map(({ file }) => [file, read<JsonObject>(file)])),
  };
}
