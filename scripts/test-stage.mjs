#!/usr/bin/env node
/** `npm run test:stage`: the integration tests that run against a deployed stage. */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { installIfNeeded } from './lib/install.mjs';
import { ROOT, runNode24 } from './lib/node24.mjs';

const HELP = `Usage: npm run test:stage -- [--stage NAME] [jest options and patterns]

Places orders in a deployed stage and reads how they end: packages/e2e/test/stage. The services are found by the
parameters /dure/{stage}/{service}/url, in the account and region that the AWS SDK finds.

  --stage NAME    the stage (dev)
  --help          print this

  DURE_API_KEY    an API key of the stage's usage plan
  DURE_BASE_URL   instead of the parameters: where {service}/{stage} answer, for instance what npm start serves:
                  DURE_BASE_URL=http://localhost:4000 npm run test:stage -- --stage local
`;
const JEST = join(ROOT, 'node_modules', 'jest', 'bin', 'jest.js');

async function main() {
  const { values, tokens } = parseArgs({
    strict: false,
    tokens: true,
    options: { stage: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return void process.stdout.write(HELP);
  const { stage = 'dev' } = values;
  const keyless = process.env.DURE_API_KEY === undefined;
  const local = process.env.DURE_BASE_URL !== undefined && stage === 'local';
  if (keyless && !local) throw new Error('DURE_API_KEY is not set. docs/deploy.md shows how an API key is made.');
  if (local) process.stdout.write('Not run: keys.test.ts, because the local cloud asks for no API key.\n');
  await installIfNeeded();
  const rest = process.argv.slice(2).filter((_, index) => !isStage(tokens, index));
  const parameters = [
    ...['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST],
    ...['--config', join(ROOT, 'packages', 'e2e', 'stage.jest.config.mjs')],
    ...(local ? ['--testPathIgnorePatterns=/keys\\.test\\.ts$'] : []),
    '--verbose',
    ...rest,
  ];
  process.exitCode = await runNode24(parameters, { DURE_STAGE: stage });
}

/** Whether an argument is `--stage NAME`, either half of it. */
function isStage(tokens, index) {
  const token = tokens.find(({ kind, name }) => kind === 'option' && name === 'stage');
  if (token === undefined) return false;
  return index === token.index || (!token.inlineValue && index === token.index + 1);
}

main().catch((error) => {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
});
