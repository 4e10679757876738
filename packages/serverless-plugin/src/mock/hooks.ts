import type { CloudFormationClientConfig } from '@aws-sdk/client-cloudformation';
import { contracts } from '@dure/contracts/all-contracts';
import { commit, packageVersion } from '../release.ts';
import type { Template } from '../template/template.ts';
import type { DureConfig, FunctionConfig } from '../types.ts';
import { mockedEndpoints, mockEvents, STAND_IN, withoutStandIn } from './index.ts';

/** The part of the Serverless Framework that mocks use. */
interface Serverless {
  readonly localCloud?: boolean;
  readonly serviceDir: string;
  readonly service: {
    readonly service: string;
    readonly provider: { readonly compiledCloudFormationTemplate?: Template; stackName?: string };
    readonly custom?: { readonly dure?: DureConfig };
    readonly functions: Record<string, FunctionConfig>;
  };
  getProvider(name: 'aws'): {
    readonly naming: { getStackName(): string };
    getStage(): string;
    getAwsSdkV3Config(): Promise<CloudFormationClientConfig>;
  };
}

/** Whether endpoints that no function serves are mocks. */
export const hasMocks = ({ service: { custom } }: Serverless): boolean => custom?.dure?.mock === true;

/** Whether nothing of the service runs. */
export const isMock = (serverless: Serverless): boolean =>
  hasMocks(serverless) && Object.keys(serverless.service.functions).length === 0;

/** @throws ConfigurationError for what a mock cannot have */
export function prepareMock(serverless: Serverless): void {
  const { localCloud = false, service } = serverless;
  endpointsOf(serverless);
  // On a laptop the service itself keeps its own stack, with its data, for the next start.
  if (localCloud && isMock(serverless)) {
    service.provider.stackName = `${service.service}-mock-${serverless.getProvider('aws').getStage()}`;
  }
}

/** Before the framework compiles routes. */
export function addStandIn(serverless: Serverless): void {
  if (!hasMocks(serverless)) return;
  const { localCloud = false, serviceDir, service: config } = serverless;
  const facts = {
    service: config.service,
    version: packageVersion(serviceDir),
    commit: commit(serviceDir),
    stage: serverless.getProvider('aws').getStage(),
    before: localCloud ? `/${config.service}` : '',
  };
  config.functions[STAND_IN] = { events: mockEvents(endpointsOf(serverless), facts, { keys: !localCloud }) };
}

/** After it. */
export function removeStandIn(serverless: Serverless): void {
  const { functions, provider } = serverless.service;
  if (!hasMocks(serverless)) return;
  delete functions[STAND_IN];
  withoutStandIn(provider.compiledCloudFormationTemplate!);
}

const endpointsOf = ({ service: { service, functions, custom } }: Serverless) =>
  mockedEndpoints(service, contracts, functions, custom?.dure ?? {});

/** Why a mock may not be deployed or removed: the service itself is there. Undefined if it may. */
export async function refusalOfMock(serverless: Serverless): Promise<string | undefined> {
  if (!isMock(serverless)) return undefined;
  const { refusalToReplace } = await import('./refuse-replacing.ts');
  const provider = serverless.getProvider('aws');
  return refusalToReplace(await provider.getAwsSdkV3Config(), {
    service: serverless.service.service,
    stage: provider.getStage(),
    stackName: provider.naming.getStackName(),
  });
}
