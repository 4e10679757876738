import * as z from 'zod/mini';
import type { Contract, EndpointContract, MessageContract } from '../src/contracts/contract.ts';
import { commonProblems } from '../src/contracts/problem.ts';
import { personalFaults } from './personal-faults.ts';

/**
 * To send a dead letter back again changes nothing: its consumer has a message's effect once. A guest token that was lost is
 * nobody's, and a key that everybody could guess would show it to somebody.
 */
const REPEATABLE = ['RedriveDeadLetter', 'RedriveDeadLetters', 'IssueGuestToken'];

const SERVICE = /^[a-z][a-z0-9-]{0,30}$/;

/** What is wrong with a set of contracts, one sentence each, beginning with the contract; empty when all hold. */
export function contractFaults(contracts: readonly Contract[]): string[] {
  const own = contracts.flatMap((contract) => {
    const faults = contract.kind === 'endpoint' ? endpointFaults(contract) : messageFaults(contract);
    return [...faults, ...personalFaults(contract)].map((fault) => `${contract.owner}/${contract.name}: ${fault}`);
  });
  return [...own, ...twice(contracts), ...contracts.flatMap((contract) => deprecationFaults(contract, contracts))];
}

function messageFaults(contract: MessageContract): string[] {
  return [
    ...check(SERVICE.test(contract.owner), 'the owner is not a service name'),
    ...check(contract.senders.length > 0, 'nobody may send it'),
    ...check(
      contract.senders.every((it) => SERVICE.test(it)),
      'a sender is not a service name',
    ),
    ...check(/^[A-Z][A-Za-z0-9]*$/.test(contract.name), 'the name is not in PascalCase'),
    // https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html
    ...check(contract.detailType.length <= 128, 'the detail-type is longer than 128 characters'),
    ...check(Number.isInteger(contract.major) && contract.major >= 1, 'the major version is not 1 or more'),
    ...check(contract.description !== '', 'there is no description'),
    ...check(pickable(contract.schema), 'the schema is not an object whose fields can be picked'),
    ...parses('example', contract.schema, contract.example),
  ];
}

const versionOf = (contract: Contract): number => (contract.kind === 'endpoint' ? contract.version : contract.major);

const DAY = /^\d{4}-\d\d-\d\d$/;

/** Whoever reads of a deprecation must be able to move, and have the time for it. */
function deprecationFaults(contract: Contract, all: readonly Contract[]): string[] {
  const { deprecated, owner, name, kind } = contract;
  if (deprecated === undefined) return [];
  const { since, sunset, successor } = deprecated;
  const next = all.find((it) => it.owner === owner && it.name === name && versionOf(it) === successor);
  const samePath = contract.kind !== 'endpoint' || next?.kind !== 'endpoint' || next.path === contract.path;
  return [
    ...check(
      [since, sunset].every((day) => DAY.test(day) && !Number.isNaN(Date.parse(day))),
      'a day of its deprecation is not like 2027-05-31',
    ),
    ...check(sunset >= since, 'its sunset is before its deprecation'),
    ...check(successor > versionOf(contract), 'its successor is not a later version'),
    ...check(next?.kind === kind, `its successor, version ${successor}, is not among the contracts`),
    ...check(samePath, 'its successor has another path, so that no link leads there'),
  ].map((fault) => `${owner}/${name}.v${versionOf(contract)}: ${fault}`);
}

/** A consumer checks the fields that it uses, so that no rule may span several. */
function pickable(schema: z.ZodMiniType): boolean {
  return schema instanceof z.ZodMiniObject && (schema._zod.def.checks ?? []).length === 0;
}

function endpointFaults(endpoint: EndpointContract): string[] {
  const { method, params, query, body, responses, problems = {}, example, cache } = endpoint;
  const success = Object.entries(responses).find(([status]) => Number(status) < 300);
  const inPath = [...endpoint.path.matchAll(/\{([^}]+)\}/g)].map((match) => match[1]);
  return [
    ...check(/^[A-Z][A-Za-z0-9]*$/.test(endpoint.name), 'the name is not in PascalCase'),
    ...check(/^(?:\/(?:[a-z][a-z-]*|\{[a-z][A-Za-z]*\}))+$/.test(endpoint.path), 'the path is not one of resources'),
    ...check(sameNames(inPath, fieldsOf(params)), 'the path and its parameters differ'),
    ...check(
      method !== 'POST' ||
        endpoint.idempotencyKey !== undefined ||
        endpoint.webhook !== undefined ||
        REPEATABLE.includes(endpoint.name),
      'a POST must take an Idempotency-Key',
    ),
    ...check(method !== 'PATCH' || endpoint.ifMatch === 'required', 'a PATCH must ask for If-Match'),
    ...check(method !== 'GET' || body === undefined, 'a GET has no body'),
    ...check(
      cache === undefined || (method === 'GET' && endpoint.access === 'public'),
      'only what everybody may read can be cached',
    ),
    ...check(
      Object.values(cache ?? {}).every((it) => Number.isInteger(it) && it > 0),
      'a time of its cache is not 1 or more',
    ),
    ...check(success !== undefined, 'there is no answer that says it worked'),
    ...parses('example.params', params, example.params),
    ...parses('example.query', query, example.query ?? {}),
    ...parses('example.body', body, example.body),
    ...parses('example.response', success?.[1].body, example.response),
    ...Object.entries(problems).flatMap(([code, problem]) => problemFaults(code, problem.status)),
  ];
}

function problemFaults(code: string, status: number): string[] {
  return [
    ...check(/^[a-z]+(?:-[a-z]+)*$/.test(code), `the problem ${code} is not in kebab-case`),
    // A 502 or 504 says that another service failed, which the client cannot help either.
    ...check((status >= 400 && status < 500) || [502, 504].includes(status), `the problem ${code} is not the client's`),
    ...check(!(code in commonProblems), `the problem ${code} is a common one`),
  ];
}

function parses(what: string, schema: z.ZodMiniType | undefined, value: unknown): string[] {
  if (schema === undefined)
    return check(value === undefined || what === 'example.query', `there is no use for ${what}`);
  const result = z.safeParse(schema, value);
  return result.success ? [] : result.error.issues.map((issue) => `${[what, ...issue.path].join('.')}: ${issue.code}`);
}

function twice(contracts: readonly Contract[]): string[] {
  const keys = contracts.flatMap((contract) =>
    contract.kind === 'endpoint'
      ? [
          `${contract.owner}/${contract.name}.v${contract.version}`,
          `${contract.owner} ${contract.method} ${contract.fullPath.replaceAll(/\{[^}]+\}/g, '{}')}`,
        ]
      : [contract.type],
  );
  return [...new Set(keys.filter((key, index) => keys.indexOf(key) !== index))].map((key) => `${key}: declared twice`);
}

const check = (holds: boolean, fault: string): string[] => (holds ? [] : [fault]);

const fieldsOf = (schema: z.ZodMiniType | undefined): string[] =>
  schema instanceof z.ZodMiniObject ? Object.keys(schema.shape) : [];

const sameNames = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
