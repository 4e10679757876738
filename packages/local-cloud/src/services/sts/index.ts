import type { AwsHandler } from '@dure/aws-protocols/aws-endpoint';
import { answerQuery } from '@dure/aws-protocols/aws-query';
import { requestUrl } from '@dure/local-http/request-url';
import type { Iam } from '../iam/index.ts';

export interface StsOptions {
  readonly accountId: string;
  readonly iam: Pick<Iam, 'callerOf'>;
}

/**
 * Security Token Service: says who calls. A function is its role, anyone else the account.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 */
export function createSts({ accountId, iam }: StsOptions): AwsHandler {
  const namespace = 'https://sts.amazonaws.com/doc/2011-06-15/';
  return (request, response) => {
    // A signed question that somebody else asks has it in the query.
    const token =
      request.headers['x-amz-security-token'] ?? requestUrl(request).searchParams.get('X-Amz-Security-Token');
    const caller = typeof token === 'string' ? iam.callerOf(token) : undefined;
    const GetCallerIdentity = (): object => {
      if (caller === undefined) return { Arn: `arn:aws:iam::${accountId}:root`, UserId: accountId, Account: accountId };
      const role = caller.roleArn.split('/').at(-1) ?? '';
      return {
        Arn: `arn:aws:sts::${accountId}:assumed-role/${role}/${caller.sessionName}`,
        UserId: `AROA${role
          .toUpperCase()
          .replace(/[^A-Z0-9]/g, '')
          .slice(0, 16)
          .padEnd(16, '0')}:${caller.sessionName}`,
        Account: accountId,
      };
    };
    return answerQuery({ namespace, actions: { GetCallerIdentity } }, request, response);
  };
}
