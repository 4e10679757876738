import { type SignatureFault, SignatureRefused } from '@dure/aws-protocols/verify-signature';
import type { Iam, Signer } from '../iam/index.ts';
import type { ReceivedRequest } from './exchange.ts';
import { GatewayError, type ResponseType } from './gateway-response.ts';

/** What verifies signatures, and knows what roles may call. */
export type Signatures = Pick<Iam, 'signerOf' | 'mayCall'>;

const TYPES: Readonly<Record<SignatureFault, ResponseType>> = {
  MissingAuthenticationTokenException: 'MISSING_AUTHENTICATION_TOKEN',
  IncompleteSignatureException: 'INVALID_SIGNATURE',
  InvalidSignatureException: 'INVALID_SIGNATURE',
  UnrecognizedClientException: 'INVALID_SIGNATURE',
};

/**
 * Who signed a request to a method of AWS_IAM.
 * @throws GatewayError for one that nobody signed, or whose signature does not hold
 */
export function signerOf(request: ReceivedRequest, { signerOf: verify }: Signatures, now: number): Signer {
  try {
    return verify(request, 'execute-api', now);
  } catch (error) {
    if (!(error instanceof SignatureRefused)) throw error;
    throw new GatewayError(TYPES[error.fault], error.fault, error.message);
  }
}

/** Refused by the policies of who signed. */
export function notAuthorized({ arn }: Signer, methodArn: string): GatewayError {
  const masked = methodArn.replace(/:\d{8}(\d{4}):/, ':********$1:');
  const message = `User: ${arn} is not authorized to perform: execute-api:Invoke on resource: ${masked}`;
  return new GatewayError('ACCESS_DENIED', 'AccessDeniedException', message);
}
