import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

/**
 * Everyone who writes a service reads the binding, so it stays small. What counts is code: a line with anything but
 * blanks and comments on it, so docstrings are free. Counted are `src/binding` and the declaration language
 * (the files of `src/contracts` outside of an owner's folder), without the list of all contracts, which no function
 * may import.
 */
const MAX_LINES = 3_000;

const SOURCE = join(import.meta.dirname, '..', 'src');
const counted = globSync(['binding/**/*.ts', 'contracts/*.ts'], { cwd: SOURCE }).filter(
  (path) => !path.endsWith('all-contracts.ts'),
);

/** The lines of a source on which a token begins, ends or goes on. */
function codeLines(code: string): number {
  const source = ts.createSourceFile('counted.ts', code, ts.ScriptTarget.Latest, true);
  const lines = new Set<number>();
  const visit = (node: ts.Node): void => {
    if (ts.isJSDoc(node)) return;
    const parts = node.getChildren(source);
    parts.forEach(visit);
    if (parts.length > 0 || node.getWidth(source) === 0) return;
    const [first, last] = [node.getStart(source), node.end].map((at) => source.getLineAndCharacterOfPosition(at).line);
    for (let line = first!; line <= last!; line += 1) lines.add(line);
  };
  visit(source);
  return lines.size;
}

/** What is wrong with the size of some sources. */
function faultsOf(sources: readonly string[]): string[] {
  const lines = sources.map(codeLines).reduce((sum, count) => sum + count, 0);
  return lines > MAX_LINES ? [`The binding has ${lines} lines of code, and may have ${MAX_LINES}.`] : [];
}

const read = (path: string) => readFileSync(join(SOURCE, path), 'utf8');

describe('the size of the binding', () => {
  it('has a limit, which holds', () => {
    expect(counted.length).toBeGreaterThan(25);
    expect(faultsOf(counted.map(read))).toEqual([]);
  });

  it('is refused above the limit', () => {
    const planted = Array.from({ length: MAX_LINES + 1 }, (_, index) => `export const line${index} = ${index};`);
    expect(faultsOf([planted.join('\n')])).toEqual(['The binding has 3001 lines of code, and may have 3000.']);
    expect(faultsOf([planted.slice(1).join('\n')])).toEqual([]);
  });

  it('counts neither comments nor blank lines, but every line of a text and what stands beside a comment', () => {
    const code = '/** A\n * docstring. */\nexport const a = 1; // one\n\n// two\nexport const b = `\n/* three */\n`;\n';
    expect(codeLines(code)).toBe(4);
  });
});
