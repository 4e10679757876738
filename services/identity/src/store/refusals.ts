import { randomUUID } from 'node:crypto';
import { RequestRefused } from '@dure/contracts/identity';
import { commit } from '@dure/contracts/binding/commit';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import type { RefusalParts } from '../application/note-refusal.ts';

export const createRefusals = (table: Table): RefusalParts['refusals'] => ({
  publish: (call, reason, network) =>
    commit(table, call, { writes: [], events: [publish(RequestRefused, randomUUID(), 1, { reason, network })] }),
});
