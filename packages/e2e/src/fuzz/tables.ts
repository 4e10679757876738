import { createHash } from 'node:crypto';
import { DynamoDBClient, ListTablesCommand, ScanCommand } from '@aws-sdk/client-dynamodb';
import type { LocalCloudProcess } from '@dure/testing/local-cloud-process';

/** Every item of every table of a local cloud by its key, as a digest. */
export type Contents = ReadonlyMap<string, string>;

/** Reads all tables but those that are named. */
export async function contentsOf(
  { endpoints }: Pick<LocalCloudProcess, 'endpoints'>,
  except: readonly string[],
): Promise<Contents> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint: endpoints['DynamoDB']!, region: 'us-east-1', credentials });
  const contents = new Map<string, string>();
  try {
    const { TableNames: names = [] } = await client.send(new ListTablesCommand({}));
    for (const TableName of names.filter((name) => !except.includes(name))) {
      let from: Record<string, never> | undefined;
      do {
        const page = await client.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey: from }));
        for (const item of page.Items ?? []) {
          const digest = createHash('sha256')
            .update(JSON.stringify(sorted(item)))
            .digest('hex');
          contents.set(`${TableName} ${item['pk']?.S} ${item['sk']?.S}`, digest);
        }
        from = page.LastEvaluatedKey as typeof from;
      } while (from !== undefined);
    }
    return contents;
  } finally {
    client.destroy();
  }
}

/** The same value with the members of every object in one order, which a table does not keep. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return members.map(([name, member]) => [name, sorted(member)]);
}

/** The keys of the items that are there only once, or are another. */
export const differences = (before: Contents, after: Contents): string[] =>
  [...new Set([...before.keys(), ...after.keys()])].filter((key) => before.get(key) !== after.get(key));
