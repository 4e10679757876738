import {
  BatchGetDeploymentTargetsCommand,
  CodeDeployClient,
  ListDeploymentTargetsCommand,
  PutLifecycleEventHookExecutionStatusCommand,
} from '@aws-sdk/client-codedeploy';
import type { LambdaFunctionInfo } from '@aws-sdk/client-codedeploy';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';

/** Source: https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html */
interface HookEvent {
  readonly DeploymentId: string;
  readonly LifecycleEventHookExecutionId: string;
}

const codeDeploy = new CodeDeployClient();
const lambda = new LambdaClient();

/** The names of the functions that answer `GET /v1/health`, separated by commas. */
const httpFunctions = new Set((process.env['HTTP_FUNCTIONS'] ?? '').split(','));

const HEALTH = { httpMethod: 'GET', resource: '/v1/health', path: '/v1/health', headers: {} };
/** Every binding answers it at once. A version that cannot be loaded, for example without a variable, does not. */
const WARM_UP = { source: 'serverless-plugin-warmup' };

/**
 * Called by CodeDeploy before the new version of a function gets traffic. It calls that version and lets the traffic
 * shift only if it is healthy. Any error here is reported as a failure, so a deployment does not wait for an hour.
 */
export async function handler({ DeploymentId: deploymentId, ...event }: HookEvent): Promise<void> {
  const problem = await firstProblem(deploymentId);
  if (problem !== undefined) console.error(JSON.stringify({ level: 'error', deploymentId, message: problem }));
  await codeDeploy.send(
    new PutLifecycleEventHookExecutionStatusCommand({
      deploymentId,
      lifecycleEventHookExecutionId: event.LifecycleEventHookExecutionId,
      status: problem === undefined ? 'Succeeded' : 'Failed',
    }),
  );
}

async function firstProblem(deploymentId: string): Promise<string | undefined> {
  try {
    const { targetIds } = await codeDeploy.send(new ListDeploymentTargetsCommand({ deploymentId }));
    const targets = await codeDeploy.send(new BatchGetDeploymentTargetsCommand({ deploymentId, targetIds }));
    const functions = (targets.deploymentTargets ?? []).map((target) => target.lambdaTarget?.lambdaFunctionInfo);
    if (functions.length === 0) return 'The deployment has no function.';
    return (await Promise.all(functions.map(check))).find((problem) => problem !== undefined);
  } catch (error) {
    return String(error);
  }
}

async function check({ functionName, targetVersion }: LambdaFunctionInfo = {}): Promise<string | undefined> {
  if (functionName === undefined || targetVersion === undefined) return 'The deployment names no version.';
  const isHttp = httpFunctions.has(functionName);
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: functionName,
      Qualifier: targetVersion,
      Payload: JSON.stringify(isHttp ? HEALTH : WARM_UP),
    }),
  );
  const answer = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) return `${functionName}:${targetVersion} failed: ${answer}`;
  if (!isHttp || (JSON.parse(answer) as { statusCode?: number }).statusCode === 200) return undefined;
  return `${functionName}:${targetVersion} is not well: ${answer}`;
}
