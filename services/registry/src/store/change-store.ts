import { randomUUID } from 'node:crypto';
import type { Write } from '@dure/contracts/binding/commit';
import type { Table } from '@dure/contracts/binding/table';
import type { Change } from '../domain/change.ts';
import { readPage } from './pages.ts';

/*
 * item     pk                sk            attributes
 * change   CHANGE            <at>#<id>     what happened, in every stage and in none
 * change   CHANGE#<stage>    <at>#<id>     the same, of one stage
 */

/** Writes an entry of the history, as part of the transaction that makes the change. */
export const changePut = (change: Change): Write => put('CHANGE', change);

/** An entry of a stage is in its own history and in that of all. */
export const stageChangePuts = (change: Change & { readonly stage: string }): Write[] => [
  put('CHANGE', change),
  put(`CHANGE#${change.stage}`, change),
];

const put = (pk: string, change: Change): Write => ({
  Put: { Item: { pk, sk: `${change.at}#${randomUUID()}`, ...change } },
});

export type ChangeStore = ReturnType<typeof createChangeStore>;

export const createChangeStore = (table: Table) => ({
  /** The history, newest first; undefined for a cursor of another list. */
  list: (stage: string | undefined, at: { cursor?: string | undefined; limit: number }) =>
    readPage<Change>(table, { pk: stage === undefined ? 'CHANGE' : `CHANGE#${stage}`, descending: true }, at),
});
