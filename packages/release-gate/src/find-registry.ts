import { GetParametersCommand, SSMClient, type SSMClientConfig } from '@aws-sdk/client-ssm';
import { openApiKeys } from './api-keys.ts';
import { clientToken, localClientToken } from './client-token.ts';
import { type RegistryPlace, RegistryUnknown } from './registry.ts';

/** The registry with what it needs. It is deployed before there is a registry to ask, so these come first. */
export const BOOTSTRAP = ['alerts', 'journal', 'identity', 'registry'];

/** The name under which the tools have an API key. */
const CLIENT = 'deploy';
const LOCAL = 'local';
const LOCAL_URL = 'http://localhost:4000';

interface Where {
  readonly stage: string;
  /** How the AWS SDK reaches the account of the stage. */
  readonly aws: SSMClientConfig & { readonly region: string };
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Where a stage's registry answers: by `/dure/{stage}/registry/url`, with the API key of `DURE_API_KEY` or one of the
 * tools' own; the stage `local` at `DURE_BASE_URL`, or at the port of `npm start`.
 * @returns undefined if no registry was ever deployed to the stage
 * @throws RegistryUnknown if that cannot be found out
 */
export async function findRegistry({ stage, aws, env = process.env }: Where): Promise<RegistryPlace | undefined> {
  if (stage === LOCAL) return findLocally(env['DURE_BASE_URL'] ?? LOCAL_URL);
  const name = `/dure/${stage}/registry/url`;
  const ssm = new SSMClient(aws);
  try {
    const { Parameters: [found] = [] } = await ssm.send(new GetParametersCommand({ Names: [name] }));
    if (found?.Value === undefined) return undefined;
    const apiKey = env['DURE_API_KEY'] ?? (await keyOf(stage, aws));
    return { baseUrl: found.Value, apiKey, token: await clientToken('deployer', stage, aws) };
  } catch (error) {
    throw new RegistryUnknown(`The registry of ${stage} cannot be found: ${(error as Error).message}`, {
      cause: error,
    });
  } finally {
    ssm.destroy();
  }
}

async function findLocally(url: string): Promise<RegistryPlace> {
  try {
    return { baseUrl: `${url}/registry/${LOCAL}`, token: await localClientToken('deployer', url) };
  } catch (error) {
    throw new RegistryUnknown(`The registry does not answer: ${(error as Error).message}.`, { cause: error });
  }
}

async function keyOf(stage: string, { region, ...aws }: Where['aws']): Promise<string> {
  const { APIGatewayClient } = await import('@aws-sdk/client-api-gateway');
  const keys = openApiKeys(
    region,
    stage,
    ['registry'],
    new APIGatewayClient({ region, ...aws } as Where['aws'] as never),
  );
  try {
    return await keys.give(CLIENT);
  } finally {
    keys.close();
  }
}
