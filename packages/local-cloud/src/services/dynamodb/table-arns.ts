type Input = Readonly<Record<string, unknown>>;

const BY_TABLE = ['Responses', 'UnprocessedItems', 'UnprocessedKeys'];
const TABLE = /^arn:aws:dynamodb:[\w-]+:\d{12}:table\/([\w.-]+)$/;

/** How the ARN of a table begins. */
export const ARN_OF_DYNAMODB = 'arn:aws:dynamodb:';

/** Whether a request may name a table by its ARN; any other need not be looked into. */
export const mayNameByArn = (body: Buffer): boolean => body.includes(ARN_OF_DYNAMODB);

/**
 * A request whose tables are named as the emulator knows them: by name. AWS takes a table's ARN in its place.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html
 */
export function withTableNames(input: Input): Input {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]): [string, unknown] => {
      if (name === 'TableName') return [name, nameOf(value)];
      if (name === 'RequestItems') return [name, byName(value as Input)];
      if (name !== 'TransactItems' || !Array.isArray(value)) return [name, value];
      return [name, value.map((item: Readonly<Record<string, Input>>) => mapValues(item, withTableNames))];
    }),
  );
}

/** The answer to such a request: what it says by table is under the name that the caller has for it. */
export function withGivenNames(answer: unknown, { RequestItems: asked }: Input): unknown {
  if (typeof asked !== 'object' || asked === null) return answer;
  const given = new Map(Object.keys(asked).map((key) => [nameOf(key), key]));
  const renamed = (tables: Input): Input =>
    Object.fromEntries(Object.entries(tables).map(([name, value]) => [given.get(name) ?? name, value]));
  return Object.fromEntries(
    Object.entries(answer as Input).map(([name, value]) => [
      name,
      BY_TABLE.includes(name) ? renamed(value as Input) : value,
    ]),
  );
}

const nameOf = (given: unknown): unknown => (typeof given === 'string' ? (TABLE.exec(given)?.[1] ?? given) : given);

const byName = (tables: Input): Input =>
  Object.fromEntries(Object.entries(tables).map(([key, value]) => [String(nameOf(key)), value]));

const mapValues = (item: Readonly<Record<string, Input>>, change: (value: Input) => Input): Input =>
  Object.fromEntries(Object.entries(item).map(([name, value]) => [name, change(value)]));
