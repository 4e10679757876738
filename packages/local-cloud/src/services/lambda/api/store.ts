import type { DatabaseSync } from 'node:sqlite';
import { loggingOf } from '@dure/lambda-runtime';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { FunctionSettings, LambdaFunction } from './model.ts';

export interface FunctionStore {
  save(definition: LambdaFunction): void;
  find(name: string): LambdaFunction | undefined;
  /** @throws AwsError `ResourceNotFoundException` */
  require(name: string): LambdaFunction;
  all(): LambdaFunction[];
  delete(name: string): void;
}

/** Functions with their versions and aliases, each as a JSON document. */
export function openFunctionStore(
  database: DatabaseSync,
  { region, accountId }: { region: string; accountId: string },
): FunctionStore {
  database.exec('CREATE TABLE IF NOT EXISTS account_functions (name TEXT PRIMARY KEY, body TEXT NOT NULL)');
  const upsert = database.prepare('INSERT OR REPLACE INTO account_functions VALUES (?, ?)');
  const select = database.prepare('SELECT body FROM account_functions WHERE name = ?');
  const selectAll = database.prepare('SELECT body FROM account_functions ORDER BY name');
  const remove = database.prepare('DELETE FROM account_functions WHERE name = ?');
  const parsed = (row: unknown): LambdaFunction =>
    current(JSON.parse((row as { body: string }).body) as LambdaFunction);
  const find = (name: string): LambdaFunction | undefined => {
    const row = select.get(name);
    return row === undefined ? undefined : parsed(row);
  };
  return {
    save: (definition) => void upsert.run(definition.name, JSON.stringify(definition)),
    find,
    require(name) {
      const found = find(name);
      if (found !== undefined) return found;
      throw new AwsError(
        'ResourceNotFoundException',
        `Function not found: arn:aws:lambda:${region}:${accountId}:function:${name}`,
        404,
      );
    },
    all: () => selectAll.all().map(parsed),
    delete: (name) => void remove.run(name),
  };
}

/** A function as it was kept by a version that knew no log formats and no layers. */
function current(definition: LambdaFunction): LambdaFunction {
  const whole = <T extends FunctionSettings>(settings: T): T => {
    const { layers, logging, logGroup } = settings as Partial<T> & { readonly logGroup?: string };
    if (layers !== undefined && logging !== undefined) return settings;
    return { ...settings, layers: [], logging: loggingOf(definition.name, { LogGroup: logGroup }) };
  };
  return { ...definition, latest: whole(definition.latest), versions: definition.versions.map(whole) };
}
