import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readDecisions } from '../src/decisions.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function decisions(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'dure-decisions-'));
  folders.push(root);
  mkdirSync(join(root, 'docs/decisions'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, 'docs/decisions', name), text);
  return root;
}

const decision = (number: number, facts = '2026-11-28 · accepted'): string =>
  `# ${number}. A title\n\n${facts}\n\n**Context.** A.\n\n**Choice.** B.\n\n**Consequence.** C.\n`;

describe('readDecisions', () => {
  test("finds the repository's decisions well formed, and their index up to date", () => {
    const { index, problems } = readDecisions(ROOT);
    expect(problems).toEqual([]);
    expect(readFileSync(join(ROOT, 'docs/decisions/README.md'), 'utf8')).toBe(index);
  });

  test.each<{ wrong: string; files: Record<string, string>; says: string }>([
    { wrong: 'number', files: { '0001-a.md': decision(2) }, says: 'its first line should be "# 1. Title"' },
    { wrong: 'name', files: { 'notes.md': decision(1) }, says: 'its name should be' },
    { wrong: 'facts', files: { '0001-a.md': decision(1, 'soon') }, says: 'its third line should be' },
    { wrong: 'part', files: { '0001-a.md': decision(1).replace('**Choice.**', 'Choice:') }, says: 'no **Choice.**' },
    {
      wrong: 'double',
      files: { '0001-a.md': decision(1), '0001-b.md': decision(1) },
      says: 'another decision has the number 1',
    },
  ])('names a wrong $wrong', ({ files, says }) => {
    expect(readDecisions(decisions(files)).problems.join('\n')).toContain(says);
  });
});
