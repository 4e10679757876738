import { randomInt } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type * as Documents from './documents.ts';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS apigateway_documents (
    kind TEXT NOT NULL, scope TEXT NOT NULL, id TEXT NOT NULL, document TEXT NOT NULL, PRIMARY KEY (kind, scope, id)
  );
  CREATE TABLE IF NOT EXISTS apigateway_usage (
    plan TEXT NOT NULL, key TEXT NOT NULL, day TEXT NOT NULL, used INTEGER NOT NULL, PRIMARY KEY (plan, key, day)
  );
`;

/** Documents of one kind. Those of a scope (an API, a usage plan) are apart from those of another. */
export interface Collection<Document> {
  get(id: string, scope?: string): Document | undefined;
  list(scope?: string): Document[];
  put(id: string, document: Document, scope?: string): void;
  delete(id: string, scope?: string): boolean;
  deleteAll(scope: string): void;
}

export interface Store {
  readonly restApis: Collection<Documents.RestApi>;
  readonly resources: Collection<Documents.Resource>;
  readonly methods: Collection<Documents.Method>;
  readonly models: Collection<Documents.Model>;
  readonly validators: Collection<Documents.RequestValidator>;
  readonly gatewayResponses: Collection<Documents.GatewayResponseSetting>;
  readonly authorizers: Collection<Documents.Authorizer>;
  readonly deployments: Collection<Documents.Deployment>;
  readonly stages: Collection<Documents.Stage>;
  readonly apiKeys: Collection<Documents.ApiKey>;
  readonly usagePlans: Collection<Documents.UsagePlan>;
  /** In the scope of their plan, by the key's id. */
  readonly usagePlanKeys: Collection<Documents.UsagePlanKey>;
  readonly domains: Collection<Documents.DomainName>;
  /** In the scope of their domain, by the base path; empty for all that has none. */
  readonly basePaths: Collection<Documents.BasePathMapping>;
  readonly account: Collection<{ readonly cloudwatchRoleArn?: string | undefined }>;
  readonly usage: Usage;
}

/** How often a key was used in a plan, by day (`2026-01-31`, UTC). */
export interface Usage {
  add(plan: string, key: string, day: string): void;
  /** Of the days from `first` to `last`, both included, in order, without those of no use. */
  days(plan: string, key: string, first: string, last: string): { readonly day: string; readonly used: number }[];
}

/** Makes collections in SQLite by kind. Each write is on disk when the call returns. */
export function createCollections(database: DatabaseSync): <Document>(kind: string) => Collection<Document> {
  database.exec(SCHEMA);
  const select = database.prepare('SELECT document FROM apigateway_documents WHERE kind = ? AND scope = ? AND id = ?');
  const selectAll = database.prepare(
    'SELECT document FROM apigateway_documents WHERE kind = ? AND scope = ? ORDER BY rowid',
  );
  const upsert = database.prepare(
    `INSERT INTO apigateway_documents VALUES (?, ?, ?, ?)
     ON CONFLICT (kind, scope, id) DO UPDATE SET document = excluded.document`,
  );
  const remove = database.prepare('DELETE FROM apigateway_documents WHERE kind = ? AND scope = ? AND id = ?');
  const removeAll = database.prepare('DELETE FROM apigateway_documents WHERE kind = ? AND scope = ?');

  return <Document>(kind: string): Collection<Document> => {
    const parse = (row: unknown): Document => JSON.parse((row as { document: string }).document) as Document;
    return {
      get(id, scope = '') {
        const row = select.get(kind, scope, id);
        return row === undefined ? undefined : parse(row);
      },
      list: (scope = '') => selectAll.all(kind, scope).map(parse),
      put: (id, document, scope = '') => void upsert.run(kind, scope, id, JSON.stringify(document)),
      delete: (id, scope = '') => remove.run(kind, scope, id).changes > 0,
      deleteAll: (scope) => void removeAll.run(kind, scope),
    };
  };
}

/** All that API Gateway remembers of REST APIs. */
export function createStore(database: DatabaseSync): Store {
  const collection = createCollections(database);
  return {
    restApis: collection('restApi'),
    resources: collection('resource'),
    methods: collection('method'),
    models: collection('model'),
    validators: collection('validator'),
    gatewayResponses: collection('gatewayResponse'),
    authorizers: collection('authorizer'),
    deployments: collection('deployment'),
    stages: collection('stage'),
    apiKeys: collection('apiKey'),
    usagePlans: collection('usagePlan'),
    usagePlanKeys: collection('usagePlanKey'),
    domains: collection('domain'),
    basePaths: collection('basePath'),
    account: collection('account'),
    usage: createUsage(database),
  };
}

function createUsage(database: DatabaseSync): Usage {
  const add = database.prepare(
    `INSERT INTO apigateway_usage VALUES (?, ?, ?, 1)
     ON CONFLICT (plan, key, day) DO UPDATE SET used = used + 1`,
  );
  const days = database.prepare(
    'SELECT day, used FROM apigateway_usage WHERE plan = ? AND key = ? AND day BETWEEN ? AND ? ORDER BY day',
  );
  return {
    add: (plan, key, day) => void add.run(plan, key, day),
    days: (plan, key, first, last) => days.all(plan, key, first, last) as unknown as { day: string; used: number }[],
  };
}

const ID_LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An id as API Gateway makes them: ten small letters and digits, of which the first is a letter. */
export function newId(length = 10): string {
  const letter = (_: unknown, index: number): string => ID_LETTERS[randomInt(index === 0 ? 26 : 36)]!;
  return Array.from({ length }, letter).join('');
}
