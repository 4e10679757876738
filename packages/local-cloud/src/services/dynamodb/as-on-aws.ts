import { AwsError } from '@dure/aws-protocols/aws-error';

export type Input = Readonly<Record<string, unknown>>;
type Node = Input;
type Mend = (answer: Node, input: Node) => unknown;

/** What AWS keeps ready for a table on demand, in units per second. */
const ON_DEMAND = { ReadUnitsPerSecond: 12_000, WriteUnitsPerSecond: 4000 };
/** What the emulator does not have, with the parameters by which a request asks for it. */
const NOT_HERE: Readonly<Record<string, readonly string[]>> = {
  CreateTable: ['WarmThroughput', 'GlobalTableSourceArn'],
  UpdateTable: ['ReplicaUpdates', 'WarmThroughput', 'GlobalTableWitnessUpdates', 'MultiRegionConsistency'],
};

/**
 * Refuses what the emulator would leave out, and what AWS refuses and the emulator takes.
 * @throws AwsError `ValidationException`
 */
export function checkRequest(action: string, input: Node): void {
  const missing = NOT_HERE[action]?.find((name) => input[name] !== undefined);
  if (missing !== undefined) {
    throw new AwsError('ValidationException', `${action}: ${missing} is not supported by the local cloud's DynamoDB.`);
  }
  const { Parameters: given } = input;
  if (action !== 'ExecuteStatement' || !Array.isArray(given) || given.length > 0) return;
  throw new AwsError(
    'ValidationException',
    "1 validation error detected: Value '[]' at 'parameters' failed to satisfy constraint: " +
      'Member must have length greater than or equal to 1',
  );
}

/** What the emulator answers otherwise than AWS, by action. */
export const MENDED: Readonly<Record<string, Mend>> = {
  CreateTable: inTable(withProtection),
  DescribeTable: inTable((table) => withThroughput(withProtection(table))),
  UpdateTable: inTable(withProtection),
  DeleteTable: inTable(({ AttributeDefinitions: _, KeySchema: __, CreationDateTime: ___, ...table }) =>
    withProtection(table),
  ),
  ExecuteTransaction: withoutEmptyResponses,
};

/** A transaction that writes answers nothing, where the emulator answers an empty object for each of its statements. */
function withoutEmptyResponses(answer: Node, { TransactStatements: statements }: Node): Node {
  const reads = (statements as { Statement: string }[]).some(({ Statement }) => /^\s*select\b/i.test(Statement));
  return reads ? answer : { ...answer, Responses: [] };
}

/** The words of AWS's errors, where the emulator has others. */
export function inWordsOfAws(action: string, { name, message, members }: Error & { members?: object }): AwsError {
  if (name === 'Error') return new AwsError('ServiceUnavailable', message, 503);
  if (name === 'UnknownOperationException') {
    return new AwsError(name, `The local cloud's DynamoDB does not support the action ${action}.`);
  }
  const missesKey = action === 'BatchWriteItem' && message.includes('Missing the key');
  const words = missesKey ? 'The provided key element does not match the schema' : message;
  return new AwsError(name, words, name.startsWith('Internal') ? 500 : 400, members);
}

function inTable(change: (table: Node) => object): Mend {
  return (answer) =>
    Object.fromEntries(
      Object.entries(answer).map(([name, value]) => [
        name,
        name === 'Table' || name === 'TableDescription' ? change(value as Node) : value,
      ]),
    );
}

/** A table's description says whether it is protected, and the emulator's only where it is. */
function withProtection(table: Node): Node {
  return { DeletionProtectionEnabled: false, ...table };
}

/** How much a table and its indexes take at once: what they are provisioned for, or what AWS keeps ready on demand. */
function withThroughput({ GlobalSecondaryIndexes: indexes, BillingModeSummary: billing, ...table }: Node): Node {
  const onDemand = (billing as Node | undefined)?.['BillingMode'] === 'PAY_PER_REQUEST';
  const warmed = (one: Node): Node => {
    const { ReadCapacityUnits, WriteCapacityUnits } = (one['ProvisionedThroughput'] ?? {}) as Node;
    const provisioned = { ReadUnitsPerSecond: ReadCapacityUnits, WriteUnitsPerSecond: WriteCapacityUnits };
    return { ...one, WarmThroughput: { ...(onDemand ? ON_DEMAND : provisioned), Status: 'ACTIVE' } };
  };
  const since = onDemand && { LastUpdateToPayPerRequestDateTime: table['CreationDateTime'] };
  return {
    ...warmed(table),
    ...(billing !== undefined && { BillingModeSummary: { ...since, ...(billing as Node) } }),
    ...(indexes !== undefined && { GlobalSecondaryIndexes: (indexes as Node[]).map(warmed) }),
  };
}
