import type { CreatedResource } from '@dure/cloudformation';
import { functionArn } from './functions.ts';
import { ACCOUNT_ID, REGION, STAGE } from '../shared/aws-environment.ts';
import type { Serverless } from './serverless.ts';

const ROLE = 'IamRoleLambdaExecution';

/** What a service refers to though the framework adds it to a stack only as it deploys: functions and the role. */
export function frameworkResource(serverless: Serverless, logicalId: string): CreatedResource | undefined {
  const name = `${serverless.service.service}-${STAGE}`;
  const arn = functionArn(serverless, logicalId);
  if (arn !== undefined) return { ref: arn.split(':')[6] ?? '', attributes: { Arn: arn } };
  if (!logicalId.endsWith(ROLE)) return undefined;
  const role = `${name}-${REGION}-lambdaRole`;
  return { ref: role, attributes: { Arn: `arn:aws:iam::${ACCOUNT_ID}:role/${role}` } };
}
