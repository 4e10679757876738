import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { toXml } from './aws-query.ts';

const require = createRequire(import.meta.url);
/** Loaded for the few clients that speak it. */
const cbor = () => (require('@smithy/core/cbor') as typeof import('@smithy/core/cbor')).cbor;

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** Services of the REST-XML protocol, by their signing names. */
const REST_XML = ['cloudfront', 'route53', 's3', 's3-object-lambda', 's3-outposts', 's3express'];

/**
 * Refuses a request in the form in which its client reads errors, so that the sentence reaches whoever called.
 * @param service its signing name
 * Source: https://smithy.io/2.0/aws/protocols/index.html
 */
export function sendAwsRefusal(
  request: IncomingMessage,
  response: ServerResponse,
  service: string,
  { status, code, message }: Refusal,
): void {
  if (response.headersSent) return void response.destroy();
  const { 'content-type': contentType = '', 'smithy-protocol': smithy } = request.headers;
  const send = (type: string, body: string | Uint8Array, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...headers });
    response.end(body);
  };
  const error = { Type: 'Sender', Code: code, Message: message };
  if (smithy === 'rpc-v2-cbor') {
    const body = cbor().serialize({ __type: code, message }) as Uint8Array;
    send('application/cbor', body, { 'smithy-protocol': 'rpc-v2-cbor' });
  } else if (service === 'ec2') {
    send('text/xml', toXml('Response', { Errors: { Error: { Code: code, Message: message } } }));
  } else if (service.startsWith('s3')) {
    send('application/xml', toXml('Error', { Code: code, Message: message }));
  } else if (REST_XML.includes(service) || contentType.startsWith('application/x-www-form-urlencoded')) {
    send('text/xml', toXml('ErrorResponse', { Error: error }));
  } else {
    const isJson = contentType.startsWith('application/x-amz-json');
    const body = JSON.stringify({ __type: code, message });
    send(isJson ? contentType : 'application/json', body, { 'x-amzn-errortype': code });
  }
}
