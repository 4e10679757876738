import type { IncomingMessage } from 'node:http';
import { requestUrl } from '@dure/local-http/request-url';

const SCOPE = /Credential=([^/\s]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request/;
const PRESIGNED_SCOPE = /^([^/]+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/;

/**
 * The signing name of the AWS service that a request is for: `cloudformation`, `s3`, `dynamodb` …, from the credential
 * scope of its signature, which is not checked. Empty when there is none.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
 */
export const serviceOf = (request: IncomingMessage): string => scopeOf(request)?.[3] ?? '';

/** The region in the same scope. Empty when there is none. */
export const regionOf = (request: IncomingMessage): string => scopeOf(request)?.[2] ?? '';

/** The account that an access key of twelve digits names, as clients of local clouds choose one. Empty for other keys. */
export const accountOf = (request: IncomingMessage): string => /^\d{12}$/.exec(scopeOf(request)?.[1] ?? '')?.[0] ?? '';

function scopeOf(request: IncomingMessage): RegExpExecArray | undefined {
  const signed = SCOPE.exec(request.headers.authorization ?? '');
  if (signed !== null) return signed;
  const { searchParams } = requestUrl(request);
  return PRESIGNED_SCOPE.exec(searchParams.get('X-Amz-Credential') ?? '') ?? undefined;
}
