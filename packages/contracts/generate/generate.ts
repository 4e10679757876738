import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts, owners } from '../src/contracts/all-contracts.ts';
import type { Contract, EndpointContract, MessageContract } from '../src/contracts/contract.ts';
import { accessMatrix } from './access-matrix.ts';
import { asyncApi } from './asyncapi.ts';
import { callersOf } from './callers.ts';
import { ENVELOPE_ID, envelopeSchema, messageSchema } from './messages.ts';
import { exportedSchemas, nameSchemas, shownSchemas } from './names.ts';
import { openApi } from './openapi.ts';
import { problemIndex } from './problems.ts';
import { refuseUnrepresentable } from './representable.ts';
import { shownOf } from './shown.ts';

/** Files by their path below the output folder, with slashes. */
export type Files = ReadonlyMap<string, string>;

/**
 * Everything that is generated from the contracts. Deterministic: the same contracts give the same bytes.
 * @throws Error that names the contract and the field that JSON Schema cannot express
 */
export async function generate(all: readonly Contract[] = contracts): Promise<Files> {
  refuseUnrepresentable(all);
  const messages = sortBy(all.filter(isMessage), ({ type }) => type);
  const endpoints = sortBy(all.filter(isEndpoint), ({ owner, fullPath, method }) => `${owner} ${fullPath} ${method}`);
  const exported = await exportedSchemas(owners);
  const names = nameSchemas(exported);
  const version = packageVersion();
  const apis = owners.map((owner): [string, unknown] => {
    const own = endpoints.filter((endpoint) => endpoint.owner === owner);
    const first = exported.filter((schema) => schema.owner === undefined || schema.owner === owner);
    const apiNames = nameSchemas([...shownSchemas(own), ...first, ...exported]);
    return [`openapi/${owner}.json`, openApi(owner, own, apiNames, version)];
  });
  const documents: [string, unknown][] = [
    ...messages.map((contract): [string, unknown] => [schemaPath(contract), messageSchema(contract, names)]),
    ['json-schema/envelope.json', envelopeSchema(messages, names)],
    ...apis,
    ['asyncapi.json', asyncApi(messages, names, version)],
    ['problems.json', problemIndex(endpoints)],
    ['senders.json', Object.fromEntries(messages.map(({ type, senders }) => [type, senders]))],
    ['callers.json', callersOf(endpoints)],
    ['shown.json', Object.fromEntries(messages.map(({ type, schema }) => [type, shownOf(schema)]))],
    [
      'index.json',
      index(
        messages,
        apis.map(([path]) => path),
      ),
    ],
  ];
  return new Map([
    ...documents.map(([path, document]): [string, string] => [path, `${JSON.stringify(document, null, 2)}\n`]),
    ['access.md', accessMatrix(endpoints)],
  ]);
}

const isMessage = (contract: Contract): contract is MessageContract => contract.kind !== 'endpoint';
const isEndpoint = (contract: Contract): contract is EndpointContract => contract.kind === 'endpoint';

function sortBy<Item>(items: readonly Item[], key: (item: Item) => string): Item[] {
  return [...items].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

const schemaPath = ({ owner, detailType }: MessageContract): string => `json-schema/${owner}/${detailType}.json`;

/** What there is, for tools. */
function index(messages: readonly MessageContract[], apis: readonly string[]) {
  return {
    messages: messages.map((contract) => {
      const { type, kind, owner, senders, name, major, detailType, dataschema, deprecated } = contract;
      return {
        type,
        kind,
        owner,
        senders,
        name,
        major,
        detailType,
        dataschema,
        deprecated,
        file: schemaPath(contract),
      };
    }),
    envelope: { dataschema: ENVELOPE_ID, file: 'json-schema/envelope.json' },
    openapi: owners.map((owner, position) => ({ owner, file: apis[position] })),
    asyncapi: 'asyncapi.json',
    access: 'access.md',
    problems: 'problems.json',
    callers: 'callers.json',
    senders: 'senders.json',
    shown: 'shown.json',
  };
}

function packageVersion(): string {
  const manifest = readFileSync(join(import.meta.dirname, '..', 'package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
