import { DescribeTableCommand, type DynamoDBClient, type KeySchemaElement } from '@aws-sdk/client-dynamodb';

/** A table or an index: the names of its key attributes. */
export interface Keys {
  readonly hash: string;
  readonly range?: string;
}

export interface TableKeys extends Keys {
  readonly indexes: ReadonlyMap<string, Keys>;
}

/** Reads the keys of a table once. */
export function createTables(client: DynamoDBClient): (table: string) => Promise<TableKeys> {
  const known = new Map<string, Promise<TableKeys>>();
  const read = async (TableName: string): Promise<TableKeys> => {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName }));
    const indexes = table?.GlobalSecondaryIndexes ?? [];
    return {
      ...keysOf(table?.KeySchema),
      indexes: new Map(indexes.map(({ IndexName = '', KeySchema }) => [IndexName, keysOf(KeySchema)])),
    };
  };
  return (table) => {
    const keys = known.get(table) ?? read(table);
    known.set(table, keys);
    return keys;
  };
}

function keysOf(schema: readonly KeySchemaElement[] = []): Keys {
  const name = (type: string) => schema.find(({ KeyType }) => KeyType === type)?.AttributeName;
  return { hash: name('HASH') ?? '', range: name('RANGE') };
}
