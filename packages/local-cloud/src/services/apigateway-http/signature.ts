import { SignatureRefused } from '@dure/aws-protocols/verify-signature';
import type { ReceivedRequest, Signatures } from '../apigateway/index.ts';
import { type Authorized, forbidden } from './exchange.ts';

/** Where a request arrives that has to be signed. */
interface Place {
  readonly iam: Pick<Signatures, 'signerOf'>;
  /** The signing name: `execute-api`, or `lambda` for a function's URL. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * Who signed a request to a route of AWS_IAM. No policy is judged.
 * @throws HttpError 403 for a request that nobody signed, or whose signature does not hold
 */
export function signerOf(request: ReceivedRequest, { iam, service, now }: Place): Authorized {
  try {
    const { accessKey, account, arn, userId } = iam.signerOf(request, service, now);
    return {
      kind: 'iam',
      iam: {
        ...{ accessKey, accountId: account, callerId: userId, cognitoIdentity: null },
        ...{ principalOrgId: null, userArn: arn, userId },
      },
    };
  } catch (error) {
    if (error instanceof SignatureRefused) throw forbidden();
    throw error;
  }
}
