import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { own } from '@dure/local-http/own-property';

export { ssmReferences } from './dynamic-references.ts';
export { ssmResourceTypes } from './resource-types.ts';

export interface SsmOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  /** The value of a secret of Secrets Manager, which is read as the parameter `/aws/reference/secretsmanager/…`. */
  secret?(id: string): string | undefined;
}

/** A parameter as it is, or was in a version. */
export interface StoredParameter {
  readonly type: string;
  readonly value: string;
}

export interface Ssm {
  /** The AWS JSON protocol's actions, `X-Amz-Target: AmazonSSM.GetParameter`. */
  readonly handle: AwsJsonService;
  /** A parameter's value, or undefined. */
  get(name: string): string | undefined;
  /** By its name, or `name:version`. */
  find(selector: string): StoredParameter | undefined;
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

const SECRETS = '/aws/reference/secretsmanager/';
const ARN = /^arn:[^:]+:ssm:[^:]*:[^:]*:parameter(\/.+)$/;
const MAX_VERSIONS = 100;
const TYPES = ['String', 'StringList', 'SecureString'];
const NAME = /^[a-zA-Z0-9_.\-/]{1,1011}$/;
const MAX_VALUE_BYTES = 4096;
const MAX_NAMES = 10;
const PAGE = 10;

/**
 * Parameter Store: PutParameter, GetParameter, GetParameters, GetParametersByPath, DeleteParameter, DeleteParameters.
 * A SecureString is kept as it is, and shown to whoever asks for its decryption: there is no KMS on a laptop.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Operations.html
 */
export function createSsm({ database, accountId, region, secret = () => undefined }: SsmOptions): Ssm {
  database.exec(`CREATE TABLE IF NOT EXISTS ssm_parameters (
    name TEXT PRIMARY KEY, type TEXT NOT NULL, value TEXT NOT NULL, version INTEGER NOT NULL, modified_at REAL NOT NULL
  )`);
  database.exec(`CREATE TABLE IF NOT EXISTS ssm_versions (
    name TEXT NOT NULL, version INTEGER NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, modified_at REAL NOT NULL,
    PRIMARY KEY (name, version)) WITHOUT ROWID`);
  const select = database.prepare('SELECT * FROM ssm_parameters WHERE name = ?');
  const selectVersion = database.prepare('SELECT * FROM ssm_versions WHERE name = ? AND version = ?');
  const addVersion = database.prepare(
    'INSERT OR REPLACE INTO ssm_versions (name, type, value, version, modified_at) VALUES (?, ?, ?, ?, ?)',
  );
  const dropVersions = database.prepare('DELETE FROM ssm_versions WHERE name = ? AND version <= ?');
  const selectAll = database.prepare('SELECT * FROM ssm_parameters ORDER BY name');
  const upsert = database.prepare('INSERT OR REPLACE INTO ssm_parameters VALUES (?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM ssm_parameters WHERE name = ?');

  const find = (name: string): Row | undefined => select.get(name) as Row | undefined;
  const all = (): Row[] => selectAll.all() as unknown as Row[];

  /** What a request or a template names: `name`, `name:version`, an ARN, or a secret. */
  function selected(selector: string): Row | undefined {
    const given = ARN.exec(selector)?.[1] ?? selector;
    if (given.startsWith(SECRETS)) return secretRow(given, secret(given.slice(SECRETS.length)));
    const [, name = '', version] = /^([^:]+)(?::(\d+))?$/.exec(given) ?? [];
    const current = find(name) ?? find(name.replace(/^\//, ''));
    if (current === undefined || version === undefined || Number(version) === current.version) return current;
    return selectVersion.get(current.name, Number(version)) as Row | undefined;
  }

  function put(name: string, type: string, value: string): number {
    const version = (find(name)?.version ?? 0) + 1;
    const row = [name, type, value, version, Date.now() / 1000] as const;
    upsert.run(...row);
    addVersion.run(...row);
    dropVersions.run(name, version - MAX_VERSIONS);
    return version;
  }

  function removeOne(name: string): boolean {
    dropVersions.run(name, Number.MAX_SAFE_INTEGER);
    return remove.run(name).changes > 0;
  }

  const describeRow = (row: Row, { WithDecryption: decrypted }: Input): object => ({
    Name: row.name,
    Type: row.type,
    Value: row.type === 'SecureString' && decrypted !== true ? ciphertextOf(row) : row.value,
    Version: row.version,
    LastModifiedDate: row.modified_at,
    ARN: `arn:aws:ssm:${region}:${accountId}:parameter${row.name.startsWith('/') ? '' : '/'}${row.name}`,
    DataType: 'text',
  });

  function require(selector: unknown): Row {
    const row = selected(requireSelector(selector));
    if (row !== undefined) return row;
    const [name = '', version] = String(selector).split(':');
    if (version !== undefined && find(name) !== undefined) {
      const words = `Systems Manager could not find version ${version} of ${name}. Verify the version and try again.`;
      throw new AwsError('ParameterVersionNotFound', words);
    }
    throw new AwsError('ParameterNotFound', `There is no parameter ${String(selector)}.`);
  }

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
      const row = require(input['Name']);
      return { Parameter: { ...describeRow(row, input), ...selectorOf(input['Name']) } };
    },
    GetParameters(input) {
      refuseUnknown(input, ['Names', 'WithDecryption']);
      const names = requireNames(input, requireSelector);
      const found = names.flatMap((name) => {
        const row = selected(name);
        return row === undefined ? [] : { ...describeRow(row, input), ...selectorOf(name) };
      });
      return { Parameters: found, InvalidParameters: names.filter((name) => selected(name) === undefined) };
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
        Parameters: page.map((row) => describeRow(row, input)),
        ...(page.length < rows.length && { NextToken: page.at(-1)?.name }),
      };
    },
    DeleteParameter(input) {
      refuseUnknown(input, ['Name']);
      const name = requireName(input);
      if (!removeOne(name)) throw new AwsError('ParameterNotFound', `There is no parameter ${name}.`);
      return {};
    },
    DeleteParameters(input) {
      refuseUnknown(input, ['Names']);
      const names = requireNames(input);
      const deleted = names.filter(removeOne);
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
    find: selected,
    put(name, value) {
      if (find(name)?.value !== value) put(name, 'String', value);
    },
    describe: () => all().map(({ name, type, value, version }) => ({ name, type, value, version })),
  };
}

function requireName({ Name: name }: Input): string {
  if (typeof name === 'string' && NAME.test(name)) return name;
  throw invalid('Name', 'letters, digits and ".-_/", at most 1011');
}

function requireSelector(selector: unknown): string {
  const text = String(selector);
  const [name = ''] = text.startsWith('arn:') ? [text.replace(/^.*:parameter/, '')] : text.split(':');
  requireName({ Name: name });
  return text;
}

/** What a secret is when it is read as a parameter. */
const secretRow = (name: string, value: string | undefined): Row | undefined =>
  value === undefined ? undefined : { name, type: 'SecureString', value, version: 0, modified_at: Date.now() / 1000 };

/** A version that was asked for is said again. */
const selectorOf = (asked: unknown): { Selector?: string } => {
  const [, selector] = /^[^:]+(:\d+)$/.exec(String(asked)) ?? [];
  return selector === undefined ? {} : { Selector: selector };
};

/** In the place of KMS's ciphertext: nothing can be read from it, and it is the same for the same version. */
const ciphertextOf = ({ name, version, value }: Row): string =>
  createHash('sha512').update(`${name}:${version}:${value}`).digest('base64');

function requireNames({ Names: names }: Input, check = (name: unknown) => requireName({ Name: name })): string[] {
  if (!Array.isArray(names) || names.length === 0 || names.length > MAX_NAMES) {
    throw invalid('Names', `a list of 1 to ${MAX_NAMES} names`);
  }
  return names.map(check);
}

function refuseUnknown(input: Input, known: readonly string[]): void {
  const unknown = Object.keys(input).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AwsError('ValidationException', `${unknown} is not supported locally.`);
}

function invalid(field: string, expected: string): AwsError {
  return new AwsError('ValidationException', `${field} has to be ${expected}.`);
}
