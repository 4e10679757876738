interface Failure {
  readonly service: string;
  readonly stage: string;
  readonly command: 'deploy' | 'remove' | 'package';
  readonly output: string;
}

type Remedy = (failure: Failure) => string;

const again: Remedy = ({ service, stage, command }) =>
  `Try it alone: cd services/${service} && npx serverless ${command} --stage ${stage} --verbose`;

/** What is known to go wrong, by what is then said; the first that fits counts. */
const REMEDIES: readonly [RegExp, Remedy][] = [
  [/AWS provider credentials not found|CredentialsProviderError/, () => 'Sign in, for instance: aws sso login'],
  [/ExpiredToken|security token .* expired/i, () => 'The session has ended. Sign in again, and run the same command.'],
  [/ECONNREFUSED|ENOTFOUND/, () => 'Nothing answers there: see to the network, and to AWS_ENDPOINT_URL if it is set.'],
  [
    /is not authorized to perform|AccessDenied/i,
    () => 'The role lacks a permission, named above. docs/deploy.md shows the role that has what it takes.',
  ],
  [
    /ROLLBACK_COMPLETE|ROLLBACK_FAILED|REVIEW_IN_PROGRESS/,
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
  const [, remedy] = REMEDIES.find(([pattern]) => pattern.test(failure.output)) ?? [undefined, again];
  return remedy(failure);
}

const SHOWN_LINES = 30;
const BEGINNING = /^(?:\s*(?:✘|×|✖)?\s*\[?error\b.*|\w*Error:.*)$/i;
const NOISE = /^(?:Environment|Docs|Support|Bugs):|^[×✖] Stack .* failed/;

/** The part of a failed command's output that tells why, at most thirty lines. */
export function reasonOf(output: string): string {
  const lines = output.split('\n').map((line) => line.trimEnd());
  const from = Math.max(
    0,
    lines.findIndex((line) => BEGINNING.test(line)),
  );
  const told = lines.slice(from).filter((line) => line !== '' && !NOISE.test(line.trim()));
  return told.slice(0, SHOWN_LINES).join('\n');
}
