import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commandProblems, npmCommands } from '../src/npm-commands.mjs';

const ROOT = join(import.meta.dirname, '../../..');
const HELP = `Usage: npm run bench -- [parts] [options]

  startup        how long until all services answer
  --services a,b     run these services
  --rate NUMBER  orders a second
`;
const problemsOf = (code: string, help = HELP) =>
  npmCommands(code).flatMap((command) => commandProblems(ROOT, command, help));

test('reads the arguments that npm passes on', () => {
  expect(
    npmCommands(
      'cd a && npm run --silent api-key -- --client me > key; T=$(npm run --silent token -- --as operator); ' +
        'npm test -- --unit services/journal',
    ),
  ).toEqual([
    { script: 'api-key', parameters: ['--client', 'me'], kept: [] },
    { script: 'token', parameters: ['--as', 'operator'], kept: [] },
    { script: 'test', parameters: ['--unit', 'services/journal'], kept: [] },
  ]);
});

test.each([
  'npm run bench',
  'npm run bench -- startup --rate 3',
  'npm run bench -- --services alerts,journal services/journal',
])('accepts %s', (code) => expect(problemsOf(code)).toEqual([]));

test.each([
  ['npm run bench -- --speed 3', 'npm run bench has no option --speed.'],
  ['npm run bench --rate 3', 'npm keeps --rate for itself: write "-- --rate".'],
  ['npm run bench -- shutdown', 'npm run bench does not know "shutdown".'],
  ['npm run bench -- --services journal,nowhere', 'There is no service "nowhere".'],
  ['npm run bench -- services/nowhere', 'services/nowhere does not exist.'],
])('refuses %s', (code, problem) => {
  expect(problemsOf(code)).toContain(problem);
});

test('lets a command take a name', () => {
  expect(problemsOf('npm run new-service loyalty', 'Usage: npm run new-service NAME')).toEqual([]);
});
