import type { ReceivedRequest } from '../apigateway/index.ts';
import { type Authorized, forbidden } from './exchange.ts';

const CREDENTIAL = /^AWS4-(?:HMAC-SHA256|ECDSA-P256-SHA256) .*Credential=([^/,\s]+)\//;

/**
 * Who signed a request to a route of AWS_IAM. The signature has to be there and is not checked; no policy is judged.
 * @throws HttpError 403 for a request that nobody signed
 */
export function signerOf({ headers, query }: ReceivedRequest, accountId: string): Authorized {
  const inHeader = CREDENTIAL.exec(headers.get('authorization')?.at(-1) ?? '')?.[1];
  const accessKey = inHeader ?? query.get('X-Amz-Credential')?.at(-1)?.split('/')[0];
  if (accessKey === undefined) throw forbidden();
  return {
    kind: 'iam',
    iam: {
      accessKey,
      accountId,
      callerId: accountId,
      cognitoIdentity: null,
      principalOrgId: null,
      userArn: `arn:aws:iam::${accountId}:root`,
      userId: accountId,
    },
  };
}
