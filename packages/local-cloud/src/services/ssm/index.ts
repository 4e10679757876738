import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '../../shared/protocols/aws-error.ts';
import type { AwsJsonService } from '../../shared/protocols/aws-json.ts';
import { own } from '../../shared/own-property.ts';

export { ssmResourceTypes } from './resource-types.ts';

export interface SsmOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
}

export interface Ssm {
  /** The AWS JSON protocol's actions, `X-Amz-Target: AmazonSSM.GetParameter`. */
  readonly handle: AwsJsonService;
  /** A parameter's value, or undefined. */
  get(name: string): string | undefined;
  put(name: string, value: string): void;
  describe(): { name: string; type: string; value: string; version: number }[];
}

type Input = Record<string, unknown>;
type Action = (input: Input) => unknown;

interface Row {
  readonly name: string;
  readonly type: string;
  readonly value: string;
  readonly version: number;
  readonly modified_at: number;
}

const TYPES = ['String', 'StringList', 'SecureString'];
const NAME = /^[a-zA-Z0-9_.\-/]{1,1011}$/;
const MAX_VALUE_BYTES = 4096;
const MAX_NAMES = 10;
const PAGE = 10;

/**
 * Parameter Store: PutParameter, GetParameter, GetParameters, GetParametersByPath, DeleteParameter, DeleteParameters.
 * A SecureString is kept as it is: there is no KMS on a laptop.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
 */
export function createSsm({ database, accountId, region }: SsmOptions): Ssm {
  database.exec(`CREATE TABLE IF NOT EXISTS ssm_parameters (
    name TEXT PRIMARY KEY, type TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, modified_at REAL NOT NULL
  )`);
  const select = database.prepare('SELECT * FROM ssm_parameters WHERE name = ?');
  const selectAll = database.prepare('SELECT * FROM ssm_parameters ORDER BY name');
  const upsert = database.prepare('INSERT OR REPLACE INTO ssm_parameters VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM ssm_parameters WHERE name = ?');

  const find = (name: string): Row | undefined => select.get(name) as Row | undefined;
  const all = (): Row[] => selectAll.all() as unknown as Row[];

  function put(name: string, type: string, value: string): number {
    const existing = find(name);
    if (existing !== undefined && existing.value === value && existing.type === type) return existing.version;
    const version = (existing?.version ?? 0) + 1;
    upsert.run(name, type, value, version, Date.now() / 1000);
    return version;
  }

  const describeRow = (row: Row): object => ({
    Name: row.name,
    Type: row.type,
    Value: row.value,
    Version: row.version,
    LastModifiedDate: row.modified_at,
    ARN: `arn:aws:ssm:${region}:${accountId}:parameter${row.name.startsWith('/') ? '' : '/'}${row.name}`,
    DataType: 'text',
  });

  const actions: Record<string, Action> = {
    PutParameter(input) {
      refuseUnknown(input, ['Name', 'Type', 'Value', 'Description', 'Overwrite', 'Tier', 'DataType', 'Tags', 'KeyId']);
      const name = requireName(input);
      const existing = find(name);
      const type = input['Type'] ?? existing?.type ?? 'String';
      const value = input['Value'];
      if (typeof type !== 'string' || !TYPES.includes(type)) throw invalid('Type', TYPES.join(', '));
      if (typeof value !== 'string' || value === '') throw invalid('Value', 'a string that is not empty');
      if (Buffer.byteLength(value) > MAX_VALUE_BYTES) throw invalid('Value', `at most ${MAX_VALUE_BYTES} bytes`);
      if (existing !== undefined && input['Overwrite'] !== true) {
        throw new AwsError('ParameterAlreadyExists', 'The parameter already exists. To overwrite it, set Overwrite.');
      }
      return { Version: put(name, type, value), Tier: 'Standard' };
    },
    GetParameter(input) {
      refuseUnknown(input, ['Name', 'WithDecryption']);
      const row = find(requireName(input));
      if (row === undefined) throw new AwsError('ParameterNotFound', `There is no parameter ${String(input['Name'])}.`);
      return { Parameter: describeRow(row) };
    },
    GetParameters(input) {
      refuseUnknown(input, ['Names', 'WithDecryption']);
      const names = requireNames(input);
      const rows = names.map(find).filter((row) => row !== undefined);
      return {
        Parameters: rows.map(describeRow),
        InvalidParameters: names.filter((name) => find(name) === undefined),
      };
    },
    GetParametersByPath(input) {
      refuseUnknown(input, ['Path', 'Recursive', 'WithDecryption', 'MaxResults', 'NextToken']);
      const path = input['Path'];
      if (typeof path !== 'string' || !path.startsWith('/')) throw invalid('Path', 'a path that begins with "/"');
      const prefix = path.endsWith('/') ? path : `${path}/`;
      const isBelow = ({ name }: Row): boolean =>
        name.startsWith(prefix) && (input['Recursive'] === true || !name.slice(prefix.length).includes('/'));
      const after = String(input['NextToken'] ?? '');
      const rows = all().filter((row) => isBelow(row) && row.name > after);
      const page = rows.slice(0, Number(input['MaxResults'] ?? PAGE));
      return {
        Parameters: page.map(describeRow),
        ...(page.length < rows.length && { NextToken: page.at(-1)?.name }),
      };
    },
    DeleteParameter(input) {
      refuseUnknown(input, ['Name']);
      const name = requireName(input);
      if (remove.run(name).changes === 0) throw new AwsError('ParameterNotFound', `There is no parameter ${name}.`);
      return {};
    },
    DeleteParameters(input) {
      refuseUnknown(input, ['Names']);
      const names = requireNames(input);
      const deleted = names.filter((name) => remove.run(name).changes > 0);
      return { DeletedParameters: deleted, InvalidParameters: names.filter((name) => !deleted.includes(name)) };
    },
  };

  return {
    handle: async (action, input) => {
      const handler = own(actions, action);
      if (handler === undefined) {
        throw new AwsError('UnknownOperationException', `SSM ${action} is not supported locally.`);
      }
      return handler(input);
    },
    get: (name) => find(name)?.value,
    put: (name, value) => void put(name, 'String', value),
    describe: () => all().map(({ name, type, value, version }) => ({ name, type, value, version })),
  };
}

function requireName({ Name: name }: Input): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw invalid('Name', 'letters, digits and ".-_/", at most 1011');
}

function requireNames({ Names: names }: Input): string[] {
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES) {
    throw invalid('Names', `a list of 1 to ${MAX_NAMES} names`);
  }
  return names.map((name) => requireName({ Name: name }));
}

function refuseUnknown(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AwsError('ValidationException', `${unknown} is not supported locally.`);
}

function invalid(field: string, expected: string): AwsError {
  return new AwsError('ValidationException', `${field} has to be ${expected}.`);
}
