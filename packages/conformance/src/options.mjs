/** The options of `npm run conformance`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run conformance -- --recordings PATH [options]

Compares an account of the local cloud with what AWS did.

  --recordings PATH  a checkout of https://github.com/localstack/localstack: replays the cases that were recorded on AWS
  --examples PATH    a checkout of https://github.com/serverless/examples: deploys its Node examples for AWS, and asks
                     each what its README says
  --plugins          deploys and starts a service whose state machine the plugin serverless-step-functions makes
  --clients          drives seven services by the AWS SDKs for JavaScript 3 and 2, and by boto3
  --only TEXT        only the cases or examples whose name contains the text: sqs/, aws-node-rest-api
  --list VERDICTS    also print each recorded case that is one of these, with all that differs: wrong,refused,unread
  --write            put the results into docs/conformance.md
  --help             print this
`;

const VERDICTS = ['wrong', 'refused', 'unread'];

/**
 * @param {readonly string[]} args
 * @throws {Error} that names the option that is unknown, missing or wrong
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      recordings: { type: 'string' },
      examples: { type: 'string' },
      clients: { type: 'boolean', default: false },
      plugins: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      list: { type: 'string', default: '' },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const list = values.list === '' ? [] : values.list.split(',');
  const unknown = list.find((verdict) => !VERDICTS.includes(verdict));
  if (unknown !== undefined) throw new Error(`--list takes ${VERDICTS.join(', ')}, not "${unknown}".`);
  const { recordings, examples, clients, plugins, help } = values;
  if (recordings === undefined && examples === undefined && !clients && !plugins && !help) {
    throw new Error('--recordings PATH, --examples PATH, --plugins or --clients says what to compare with.');
  }
  if (values.write && values.only !== '') throw new Error('--write takes all cases: leave --only out.');
  return { ...values, list };
}
