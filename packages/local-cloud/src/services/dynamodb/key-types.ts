import type { DatabaseSync } from 'node:sqlite';
import type { KeyTypes } from './key-operands.ts';

interface Index {
  readonly IndexName: string;
  readonly KeySchema: readonly { readonly AttributeName: string }[];
}

/** The types of the keys of a table, or of one of its indexes, as the emulator's file has them. */
export function openKeyTypes(database: DatabaseSync): (table: string, index?: string) => KeyTypes | undefined {
  const select = database.prepare(
    `SELECT key_schema AS keys, attribute_definitions AS attributes, gsi_definitions AS global, lsi_definitions AS local
       FROM _tables WHERE table_name = ?`,
  );
  return (table, index) => {
    const row = select.get(table);
    if (row === undefined) return undefined;
    const read = <T>(column: string): T[] => JSON.parse(String(row[column] ?? '[]')) as T[];
    const indexes = [...read<Index>('global'), ...read<Index>('local')];
    const keys =
      index === undefined
        ? read<Index['KeySchema'][number]>('keys')
        : (indexes.find(({ IndexName }) => IndexName === index)?.KeySchema ?? []);
    const definitions = read<{ AttributeName: string; AttributeType: string }>('attributes');
    const typeOf = (name: string): string =>
      definitions.find(({ AttributeName }) => AttributeName === name)?.AttributeType ?? '';
    return Object.fromEntries(keys.map(({ AttributeName }) => [AttributeName, typeOf(AttributeName)]));
  };
}
