interface Failure {
  readonly service: string;
  readonly stage: string;
  readonly command: 'deploy' | 'remove' | 'package';
  readonly output: string;
}

type Remedy = (failure: Failure) => string;

const again: Remedy = ({ service, stage, command }) =>
  `Try it alone: cd services/${service} && npx serverless ${command} --stage ${stage} --verbose`;

const SESSION_ENDED = 'The session has ended. Sign in again, and run the same command.';
const NO_PERMISSION = 'The role lacks a permission, named above. docs/deploy.md shows the role that has what it takes.';

/** An error by its code, `ExpiredToken: …`, `(ExpiredTokenException)`, and not a word that has it in it. */
const code = (...codes: readonly string[]): RegExp =>
  new RegExp(`(?<![\\w:/.-])(?:${codes.join('|')})(?:Exception)?(?![\\w/.-])`);

/** What is known to go wrong, by what the error then says; the first that fits counts. */
const REMEDIES: readonly [RegExp, Remedy][] = [
  [/AWS provider credentials not found|\bCredentialsProviderError\b/, () => 'Sign in, for instance: aws sso login'],
  [code('ExpiredToken'), () => SESSION_ENDED],
  [/security token .* expired/i, () => SESSION_ENDED],
  [
    code('ECONNREFUSED', 'ENOTFOUND'),
    () => 'Nothing answers there: see to the network, and to AWS_ENDPOINT_URL if it is set.',
  ],
  [code('AccessDenied'), () => NO_PERMISSION],
  [/is not authorized to perform/i, () => NO_PERMISSION],
  [
    /\bUPDATE_ROLLBACK_FAILED state\b/,
    ({ service, stage }) =>
      `An update failed, and going back from it too. Bring that to its end, and deploy again: ` +
      `aws cloudformation continue-update-rollback --stack-name ${service}-${stage}`,
  ],
  [
    /\b(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|REVIEW_IN_PROGRESS) state\b/,
    ({ service, stage }) =>
      `Its first deployment failed and left a stack that cannot be updated. ` +
      `Remove that, and deploy again: cd services/${service} && npx serverless remove --stage ${stage}`,
  ],
  [
    /_IN_PROGRESS state and can ?not be updated/,
    () => 'Somebody else deploys it at this moment. Wait until that is through, and run the same command.',
  ],
  [
    /already exists/,
    ({ stage }) =>
      `Something of that name is left of an earlier stack, which keeps its tables outside dev. ` +
      `docs/deploy.md shows how to bring it back in, or to empty the stage ${stage} for good.`,
  ],
];

/** What to do about a failure, in a sentence or two. */
export function remedyFor(failure: Failure): string | undefined {
  if (/^.*: deploy \w[\w-]* first: cd services\//m.test(failure.output)) return undefined;
  const error = errorOf(failure.output).replace(RESOURCE, '');
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(error)) ?? [undefined, again];
  return remedy(failure);
}

/** `CREATE_FAILED: Table (AWS::DynamoDB::Table)`, above what is wrong with it: its name says nothing about that. */
const RESOURCE = /^\s*[A-Z]+(?:_[A-Z]+)*_FAILED: \S+ \(\S+\)/gm;
const SHOWN_LINES = 30;
const BEGINNING = /^(?:\s*(?:✘|×|✖)?\s*\[?error\b.*|\w*Error:.*)$/i;
const NOISE = /^(?:Environment|Docs|Support|Bugs):|^[×✖] Stack .* failed/;

/** The part of a failed command's output that says why, at most thirty lines. */
export function reasonOf(output: string): string {
  const error = errorOf(output) || output.trimEnd();
  const told = error.split('\n').filter((line) => line !== '' && !NOISE.test(line.trim()));
  return told.slice(0, SHOWN_LINES).join('\n');
}

/** From the error on: what was written on the way names resources after errors, and steps that went well. */
function errorOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const final = lines.lastIndexOf('Error:');
  const from = final === -1 ? lines.findIndex((line) => BEGINNING.test(line)) : final;
  return from === -1 ? '' : lines.slice(from).join('\n');
}
