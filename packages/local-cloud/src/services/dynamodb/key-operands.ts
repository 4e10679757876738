import { AwsError } from '@dure/aws-protocols/aws-error';

type Value = Readonly<Record<string, unknown>>;
/** The type by attribute: `S`, `N` or `B`. */
export type KeyTypes = Readonly<Record<string, string>>;

const NAME = String.raw`([#\w.-]+)`;
const OPERAND = String.raw`(:\w+)`;
const CONDITIONS = [
  new RegExp(`${NAME}\\s*(?:<=|>=|=|<|>)\\s*${OPERAND}`, 'g'),
  new RegExp(`begins_with\\s*\\(\\s*${NAME}\\s*,\\s*${OPERAND}\\s*\\)`, 'g'),
  new RegExp(`${NAME}\\s+BETWEEN\\s+${OPERAND}\\s+AND\\s+${OPERAND}`, 'gi'),
];

/**
 * Refuses a query whose keys have another type than the table's, or are empty: the emulator answers that nothing was
 * found. What else is wrong with the query is left to the emulator.
 * @param keys of the table or of the index that is asked
 * @throws AwsError `ValidationException`
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html
 */
export function checkKeyOperands(query: Readonly<Record<string, unknown>>, keys: KeyTypes): void {
  for (const [name, value] of [...operandsOfExpression(query), ...operandsOfConditions(query)]) {
    const type = keys[name];
    if (type === undefined || value === undefined) continue;
    if (!Object.hasOwn(value, type)) {
      refuse('One or more parameter values were invalid: Condition parameter type does not match schema type');
    }
    if (type === 'N' || value[type] !== '') continue;
    const kind = type === 'S' ? 'string' : 'binary';
    refuse(
      'One or more parameter values are not valid. ' +
        `The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
    );
  }
}

function operandsOfExpression(query: Readonly<Record<string, unknown>>): [string, Value | undefined][] {
  const expression = query['KeyConditionExpression'];
  if (typeof expression !== 'string') return [];
  const names = (query['ExpressionAttributeNames'] ?? {}) as Record<string, string>;
  const values = (query['ExpressionAttributeValues'] ?? {}) as Record<string, Value>;
  return CONDITIONS.flatMap((condition) => [...expression.matchAll(condition)]).flatMap(([, name = '', ...operands]) =>
    operands.map((operand): [string, Value | undefined] => [names[name] ?? name, values[operand]]),
  );
}

/** The form of before there were expressions. */
function operandsOfConditions(query: Readonly<Record<string, unknown>>): [string, Value | undefined][] {
  const conditions = (query['KeyConditions'] ?? {}) as Record<string, { AttributeValueList?: Value[] }>;
  return Object.entries(conditions).flatMap(([name, { AttributeValueList: values = [] }]) =>
    values.map((value): [string, Value] => [name, value]),
  );
}

function refuse(message: string): never {
  throw new AwsError('ValidationException', message);
}
