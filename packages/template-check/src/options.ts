import { parseArgs } from 'node:util';
import { refusalOfStage } from '@dure/serverless-plugin/stage';

export const HELP = `Usage: npm run check:templates [-- --stage dev,prod] [--services orders,journal]

Checks the CloudFormation template of every service against AWS's schemas and limits, and the rules of this project.
Packages first what is not packaged, or changed since.

  --stage a,b     the stages to check; without it dev and prod, whose rules differ
  --services a,b  these services alone
  --rules         print every rule, why it is there and AWS's page
`;

export interface Options {
  readonly help: boolean;
  readonly rules: boolean;
  readonly stages: readonly string[];
  readonly only: readonly string[] | undefined;
}

/** @throws Error that names the wrong option */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      stage: { type: 'string', multiple: true, default: ['dev', 'prod'] },
      services: { type: 'string', multiple: true },
      rules: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const stages = names(values.stage);
  const wrong = stages.find((stage) => stage === 'local' || refusalOfStage(stage) !== undefined);
  if (wrong !== undefined)
    throw new Error(`--stage: "${wrong}" is not a stage on AWS; there are dev, staging and prod.`);
  return { help: values.help, rules: values.rules, stages, only: values.services && names(values.services) };
}

function names(values: readonly string[]): string[] {
  return [...new Set(values.flatMap((value) => value.split(',')))].filter((name) => name !== '');
}
