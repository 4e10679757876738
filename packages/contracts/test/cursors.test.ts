import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import * as z from 'zod/mini';
import { contracts } from '../src/contracts/all-contracts.ts';

const services = join(import.meta.dirname, '..', '..', '..', 'services');

const lists = contracts.filter(
  (contract) =>
    contract.kind === 'endpoint' && contract.query instanceof z.ZodMiniObject && 'cursor' in contract.query.shape,
);
const owners = [...new Set(lists.map(({ owner }) => owner))].sort();

const DECODES = /\bdecodeCursor\(/;
/** Places that parse a client's text by hand, with any content. */
const PARSES = /JSON\.parse\(\s*Buffer\.from\(\s*cursor|atob\(\s*cursor|Buffer\.from\(\s*cursor/;

/** What is wrong with how a service's sources read the cursors of its lists. */
function faultsOf(sources: readonly string[]): string[] {
  return [
    ...(sources.some((text) => DECODES.test(text)) ? [] : ['no source reads a cursor by decodeCursor']),
    ...sources.filter((text) => PARSES.test(text)).map((text) => `takes a cursor apart: ${text.slice(0, 80)}`),
  ];
}

/** `decodeCursor` refuses a cursor that is not text: the store would throw, and a client would cause a 500. */
describe('the lists', () => {
  it('are many, so that this looks at something', () => {
    expect(lists.length).toBeGreaterThanOrEqual(8);
    expect(owners.length).toBeGreaterThanOrEqual(6);
  });

  it.each(owners)('of %s read their cursors by decodeCursor alone', (owner) => {
    const files = globSync(join(services, owner, 'src', '**', '*.ts'));
    expect(faultsOf(files.map((file) => readFileSync(file, 'utf8')))).toEqual([]);
  });

  it.each([
    ['none at all', ['export const list = () => [];']],
    ['its own beside it', ['decodeCursor(Place, cursor)', "JSON.parse(Buffer.from(cursor, 'base64url').toString())"]],
  ])('of a service that has %s are found', (_, sources) => {
    expect(faultsOf(sources)).toHaveLength(1);
  });
});
