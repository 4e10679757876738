#!/usr/bin/env node
/** Checks what no compiler checks. `npm run lint` runs all but `commits`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { checkCommits } from './check-commits.mjs';
import { checkDependencies } from './check-dependencies.mjs';
import { checkHandlers } from './check-handlers.mjs';
import { checkLinks } from './check-links.mjs';
import { checkUnused } from './check-unused.mjs';
import { checkVersions } from './check-versions.mjs';
import { readDecisions } from './decisions.mjs';

const HELP = `Usage: node packages/conventions/src/cli.mjs [checks] [options]

Without names: all but commits.

  imports    no cycles, and no import of a package that the workspace does not declare
  unused     no dependency in a package.json that the workspace does not use
  versions   each package has one exact version, and the AWS SDK too (npx syncpack fix sets it)
  handlers   a service's handlers are named after their endpoint or message
  links      no link of a Markdown file to a file or heading that does not exist
  decisions  the form of docs/decisions, and its index; --write writes it
  commits    Conventional Commits, subject of at most 72 characters; --since REF, else since the first such commit
`;
/** Earlier commits have subjects of another form. */
const BEFORE_CONVENTION = '8a35686';
const ROOT = resolve(import.meta.dirname, '../../..');

const CHECKS = { imports, unused, versions, handlers, links, decisions, commits };

async function imports() {
  const { modules, violations } = await checkDependencies(ROOT);
  for (const { rule, from, to, remedy } of violations) console.log(`${rule}: ${from} → ${to}\n  ${remedy}`);
  console.log(`${modules} modules, ${violations.length} violations.`);
  return violations.length === 0;
}

function unused() {
  const { dependencies, unused: found } = checkUnused(ROOT);
  for (const { manifest, dependency } of found) console.log(`${manifest}: nothing uses ${dependency}. Remove it.`);
  console.log(`${dependencies} dependencies, ${found.length} unused.`);
  return found.length === 0;
}

function versions() {
  const { consistent, output } = checkVersions(ROOT);
  console.log(output);
  return consistent;
}

function handlers() {
  const { handlers: count, problems } = checkHandlers(ROOT);
  for (const problem of problems) console.log(problem);
  console.log(`${count} handlers, ${problems.length} problems.`);
  return problems.length === 0;
}

function links() {
  const { files, links: count, dead } = checkLinks(ROOT);
  for (const { file, line, link, problem } of dead) console.log(`${file}:${line}: ${link}: ${problem}`);
  console.log(`${count} links in ${files} files, ${dead.length} dead.`);
  return dead.length === 0;
}

function decisions({ write }) {
  const { index, problems } = readDecisions(ROOT);
  const file = join(ROOT, 'docs', 'decisions', 'README.md');
  if (write) writeFileSync(file, index);
  if (readFileSync(file, 'utf8') !== index) problems.push(`${file} is not up to date. Next: add --write`);
  for (const problem of problems) console.log(problem);
  return problems.length === 0;
}

async function commits({ since }) {
  const { checked, bad } = await checkCommits(ROOT, since ?? BEFORE_CONVENTION);
  for (const { commit, subject, problems } of bad) console.log(`${commit} ${subject}\n  ${problems.join('\n  ')}`);
  console.log(`${checked} commits, ${bad.length} to reword.`);
  return bad.length === 0;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { since: { type: 'string' }, write: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
    allowPositionals: true,
  });
  if (values.help) return void console.log(HELP);
  const unknown = positionals.find((name) => !Object.hasOwn(CHECKS, name));
  if (unknown !== undefined) throw new Error(`There is no check "${unknown}".\n\n${HELP}`);
  const names = positionals.length > 0 ? positionals : Object.keys(CHECKS).filter((name) => name !== 'commits');
  for (const name of names) if (!(await CHECKS[name](values))) process.exitCode = 1;
}

main().catch((error) => {
  console.error(error.message);
  process.exitCode = 1;
});
