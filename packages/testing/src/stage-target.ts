import { GetParametersByPathCommand, SSMClient } from '@aws-sdk/client-ssm';

/** A deployed stage, as described by its parameters. */
export interface StageTarget {
  /** For display: `the stage dev in eu-west-1`. */
  readonly place: string;
  readonly stage: string;
  /** Base URL by service. */
  readonly urls: Readonly<Record<string, string>>;
  /** URL by name of the sandboxes that can be reached from here. */
  readonly sandboxes: Readonly<Record<string, string>>;
}

/** Finds sandboxes by a stage's parameters: `payments/provider-url` → its value. */
export type FindSandboxes = (parameters: ReadonlyMap<string, string>) => Promise<StageTarget['sandboxes']>;

/**
 * Reads the service URLs of a stage, in the account and region that the AWS SDK is configured for.
 * @throws Error that says what to deploy when there is none
 */
export async function findStage(stage: string, ...finders: readonly FindSandboxes[]): Promise<StageTarget> {
  const region = process.env['AWS_REGION'] ?? process.env['AWS_DEFAULT_REGION'] ?? 'us-east-1';
  const ssm = new SSMClient({ region });
  try {
    const facts = await parametersBelow(ssm, `/dure/${stage}/`);
    const urls = Object.fromEntries(
      [...facts].flatMap(([name, value]) => {
        const service = /^([^/]+)\/url$/.exec(name)?.[1];
        return service === undefined ? [] : [[service, value]];
      }),
    );
    const endpoint = process.env['AWS_ENDPOINT_URL'];
    const place = `the stage ${stage} in ${region}${endpoint === undefined ? '' : ` at ${endpoint}`}`;
    if (Object.keys(urls).length === 0) {
      throw new Error(`Nothing is deployed to ${place}: npm run deploy -- --stage ${stage}`);
    }
    const sandboxes = await Promise.all(finders.map((find) => find(facts)));
    return { place, stage, urls, sandboxes: Object.assign({}, ...sandboxes) as StageTarget['sandboxes'] };
  } finally {
    ssm.destroy();
  }
}

/** Names without the path. */
async function parametersBelow(ssm: SSMClient, path: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let token: string | undefined;
  do {
    const page = await ssm.send(new GetParametersByPathCommand({ Path: path, Recursive: true, NextToken: token }));
    for (const { Name = '', Value = '' } of page.Parameters ?? []) found.set(Name.slice(path.length), Value);
    token = page.NextToken;
  } while (token !== undefined);
  return found;
}
