import type { AwsHandler } from '@dure/aws-protocols/aws-endpoint';
import { answerQuery } from '@dure/aws-protocols/aws-query';
import { requestUrl } from '@dure/local-http/request-url';
import type { Iam } from '../iam/index.ts';

export interface StsOptions {
  readonly iam: Pick<Iam, 'callerOf' | 'identityOf'>;
}

/**
 * Security Token Service: says who calls. A function is its role, anyone else the account.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createSts({ iam }: StsOptions): AwsHandler {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return (request, response) => {
    // A signed question that somebody else asks has it in the query.
    const token =
      request.headers['x-amz-security-token'] ?? requestUrl(request).searchParams.get('X-Amz-Security-Token');
    const { arn, userId, account } = iam.identityOf(typeof token === 'string' ? iam.callerOf(token) : undefined);
    const GetCallerIdentity = (): object => ({ Arn: arn, UserId: userId, Account: account });
    return answerQuery({ namespace, actions: { GetCallerIdentity } }, request, response);
  };
}
