/**
 * An `Authorization` header of this machine's own requests to emulators, which look for a signature and check none.
 * @param service its signing name
 */
export const uncheckedSignature = (service: string, region = 'us-east-1'): string =>
  `AWS4-HMAC-SHA256 Credential=local/20200101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;
