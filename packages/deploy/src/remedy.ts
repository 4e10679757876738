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
const NO_PERMISSION = 'The role lacks a permission, named above. docs/deploy.md shows a role with all permissions.';

/** An error code as a whole word: `ExpiredToken: …`, `(ExpiredTokenException)`. */
const code = (...codes: readonly string[]): RegExp =>
  new RegExp(`(?<![\\w:/.-])(?:${codes.join('|')})(?:Exception)?(?![\\w/.-])`);

/** Known failures by the text of their error. The first match counts. */
const REMEDIES: readonly [RegExp, Remedy][] = [
  [/AWS provider credentials not found|\bCredentialsProviderError\b/, () => 'Sign in, for instance: aws sso login'],
  [code('ExpiredToken'), () => SESSION_ENDED],
  [/security token .* expired/i, () => SESSION_ENDED],
  [
    /ENOTFOUND \S+\.localhost/,
    () => "A bucket's name goes before the host's: set AWS_ENDPOINT_URL to http://127.0.0.1 with the port.",
  ],
  [
    code('ECONNREFUSED', 'ENOTFOUND'),
    () => 'Nothing answers there: check the network, and AWS_ENDPOINT_URL if it is set.',
  ],
  [code('AccessDenied'), () => NO_PERMISSION],
  [/is not authorized to perform/i, () => NO_PERMISSION],
  [
    /\bUPDATE_ROLLBACK_FAILED state\b/,
    ({ service, stage }) =>
      `An update failed, and so did its rollback. Complete the rollback, then deploy again: ` +
      `aws cloudformation continue-update-rollback --stack-name ${service}-${stage}`,
  ],
  [
    /\b(?:ROLLBACK_COMPLETE|ROLLBACK_FAILED|REVIEW_IN_PROGRESS) state\b/,
    ({ service, stage }) =>
      `Its first deployment failed and left a stack that cannot be updated. ` +
      `Remove the stack, then deploy again: cd services/${service} && npx serverless remove --stage ${stage}`,
  ],
  [
    /\bbucket you tried to delete is not empty\b/,
    () => 'Run the same command again: it names the bucket and what empties it, and then completes the removal.',
  ],
  [
    /_IN_PROGRESS state and can ?not be updated/,
    () => 'Another deployment of it is in progress. Wait until it ends, then run the same command.',
  ],
  [
    /already exists/,
    ({ stage }) =>
      `A resource with that name remains from an earlier stack: outside dev, tables outlive their stack. ` +
      `docs/deploy.md shows how to import it, or how to delete the data of the stage ${stage} for good.`,
  ],
];

/** What to do about a failure, in a sentence or two. */
export function remedyFor(failure: Failure): string | undefined {
  if (/^.*: deploy \w[\w-]* first: cd services\//m.test(failure.output)) return undefined;
  const error = errorOf(failure.output).replace(RESOURCE, '');
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(error)) ?? [undefined, again];
  return remedy(failure);
}

/**
 * `CREATE_FAILED: Table (AWS::DynamoDB::Table)`, the line before the error: the resource's name does not explain the
 * failure.
 */
const RESOURCE = /^\s*[A-Z]+(?:_[A-Z]+)*_FAILED: \S+ \(\S+\)/gm;
const SHOWN_LINES = 30;
const BEGINNING = /^(?:\s*(?:✘|×|✖)?\s*\[?error\b.*|\w*Error:.*)$/i;
const NOISE = /^(?:Environment|Docs|Support|Bugs):|^[×✖] Stack .* failed/;

/** The reason in a failed command's output, at most thirty lines. */
export function reasonOf(output: string): string {
  const error = errorOf(output) || output.trimEnd();
  const lines = error.split('\n').filter((line) => line !== '' && !NOISE.test(line.trim()));
  return lines.slice(0, SHOWN_LINES).join('\n');
}

/** The output from the error on: earlier lines name resources and successful steps. */
function errorOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const final = lines.lastIndexOf('Error:');
  const from = final === -1 ? lines.findIndex((line) => BEGINNING.test(line)) : final;
  return from === -1 ? '' : lines.slice(from).join('\n');
}
