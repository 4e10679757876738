import type { DatabaseSync } from 'node:sqlite';
import type { InstalledCode } from './code.ts';
import type { LayerReference } from './model.ts';

/** The versions of layers. */
export interface LayerVersions {
  /** Makes the next version of a layer, and answers its ARN. */
  publish(name: string, code: InstalledCode): string;
  /** @throws TypeError for an ARN that is none of here */
  require(arn: string): LayerReference;
  remove(arn: string): void;
}

export function openLayerVersions(
  database: DatabaseSync,
  { region, accountId }: { region: string; accountId: string },
): LayerVersions {
  database.exec(
    'CREATE TABLE IF NOT EXISTS account_layers (name TEXT, version INTEGER, code TEXT, PRIMARY KEY (name, version))',
  );
  const last = database.prepare('SELECT max(version) AS version FROM account_layers WHERE name = ?');
  const insert = database.prepare('INSERT INTO account_layers VALUES (?, ?, ?)');
  const select = database.prepare('SELECT code FROM account_layers WHERE name = ? AND version = ?');
  // The number of a version that is gone is not given again, so that its row stays.
  const empty = database.prepare('UPDATE account_layers SET code = NULL WHERE name = ? AND version = ?');
  const prefix = `arn:aws:lambda:${region}:${accountId}:layer:`;
  const keyOf = (arn: string): [string, number] => {
    const [name = '', version = ''] = arn.startsWith(prefix) ? arn.slice(prefix.length).split(':') : [];
    return [name, Number(version)];
  };
  return {
    publish(name, code) {
      const version = Number(last.get(name)?.['version'] ?? 0) + 1;
      insert.run(name, version, JSON.stringify(code));
      return `${prefix}${name}:${version}`;
    },
    require(arn) {
      const code = select.get(...keyOf(arn))?.['code'];
      if (typeof code === 'string') return { arn, code: JSON.parse(code) as InstalledCode };
      throw new TypeError(
        `Layers: there is no layer version ${arn} here; those of other accounts and regions are not.`,
      );
    },
    remove: (arn) => void empty.run(...keyOf(arn)),
  };
}
