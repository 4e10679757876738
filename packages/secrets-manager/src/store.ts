import type { DatabaseSync } from 'node:sqlite';

export interface Tag {
  readonly Key: string;
  readonly Value: string;
}

/** Times are in seconds since 1970. */
export interface Secret {
  readonly name: string;
  readonly arn: string;
  readonly description?: string | undefined;
  readonly kmsKeyId?: string | undefined;
  readonly tags: readonly Tag[];
  readonly createdAt: number;
  readonly changedAt: number;
  /** When it was asked to be deleted, and when it is. */
  readonly deletion?: { readonly askedAt: number; readonly at: number } | undefined;
}

export interface Version {
  readonly id: string;
  readonly text?: string | undefined;
  /** In base64. */
  readonly binary?: string | undefined;
  /** Its staging labels: `AWSCURRENT`, `AWSPREVIOUS` or names of one's own. */
  readonly stages: readonly string[];
  readonly createdAt: number;
}

export interface SecretStore {
  /** By name, in the order of the names. */
  all(): Secret[];
  find(name: string): Secret | undefined;
  save(secret: Secret): void;
  remove(name: string): void;
  /** Of a secret, the latest first. */
  versions(name: string): Version[];
  saveVersion(name: string, version: Version): void;
  removeVersion(name: string, id: string): void;
}

/** Secrets and their versions, each a row with its JSON. */
export function openSecretStore(database: DatabaseSync): SecretStore {
  database.exec(
    `CREATE TABLE IF NOT EXISTS secrets (name TEXT PRIMARY KEY, secret TEXT NOT NULL) WITHOUT ROWID;
     CREATE TABLE IF NOT EXISTS secret_versions (
       name TEXT NOT NULL, id TEXT NOT NULL, created_at REAL NOT NULL, version TEXT NOT NULL,
       PRIMARY KEY (name, id)) WITHOUT ROWID`,
  );
  const selectAll = database.prepare('SELECT secret AS json FROM secrets ORDER BY name');
  const select = database.prepare('SELECT secret AS json FROM secrets WHERE name = ?');
  const upsert = database.prepare('INSERT OR REPLACE INTO secrets VALUES (?, ?)');
  const remove = database.prepare('DELETE FROM secrets WHERE name = ?');
  const selectVersions = database.prepare(
    'SELECT version AS json FROM secret_versions WHERE name = ? ORDER BY created_at DESC, id',
  );
  const upsertVersion = database.prepare('INSERT OR REPLACE INTO secret_versions VALUES (?, ?, ?, ?)');
  const removeVersion = database.prepare('DELETE FROM secret_versions WHERE name = ? AND id = ?');
  const removeVersions = database.prepare('DELETE FROM secret_versions WHERE name = ?');
  const read = <T>(row: Record<string, unknown>): T => JSON.parse(String(row['json'])) as T;
  return {
    all: () => selectAll.all().map((row) => read<Secret>(row)),
    find(name) {
      const row = select.get(name);
      return row === undefined ? undefined : read<Secret>(row);
    },
    save: (secret) => void upsert.run(secret.name, JSON.stringify(secret)),
    remove(name) {
      remove.run(name);
      removeVersions.run(name);
    },
    versions: (name) => selectVersions.all(name).map((row) => read<Version>(row)),
    saveVersion: (name, version) =>
      void upsertVersion.run(name, version.id, version.createdAt, JSON.stringify(version)),
    removeVersion: (name, id) => void removeVersion.run(name, id),
  };
}
