import { beginCall, type Call } from '@dure/contracts/binding/call';
import { metric } from '@dure/contracts/binding/log';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { OAuthError, type OAuthErrorCode } from '../domain/oauth-error.ts';
import { headerOf } from './form.ts';

/** Source: https://owasp.org/www-project-secure-headers/ */
export const USUAL = {
  'x-content-type-options': 'nosniff',
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'referrer-policy': 'no-referrer',
};

/** For what is answered to one client: a page of any origin may ask, as no cookie counts here. */
const PRIVATE = { ...USUAL, 'cache-control': 'no-store', 'access-control-allow-origin': '*' };

export const json = (status: number, body: object, headers: Record<string, string> = {}): APIGatewayProxyResult => ({
  statusCode: status,
  headers: { ...PRIVATE, 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

/** Runs what answers a request of OAuth, and logs how it ended: no word that a client sent is in the line. */
export async function answered(
  event: APIGatewayProxyEvent,
  operation: string,
  run: (call: Call) => Promise<APIGatewayProxyResult>,
): Promise<APIGatewayProxyResult> {
  const started = performance.now();
  const call = beginCall();
  const result = await run(call).catch((error: unknown) => refusal(event, call, error));
  const { statusCode: status } = result;
  const outcome = status >= 500 ? 'error' : status >= 400 ? 'refused' : 'ok';
  call.log.info('request', { ...metric(operation, outcome, performance.now() - started), status });
  return { ...result, headers: { ...result.headers, 'x-correlation-id': call.correlationId } };
}

/** Of what is not a 400. */
const STATUS: Partial<Record<OAuthErrorCode, number>> = {
  invalid_client: 401,
  slow_down: 429,
  temporarily_unavailable: 503,
};

/** Source: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
function refusal(event: APIGatewayProxyEvent, call: Call, error: unknown): APIGatewayProxyResult {
  if (!(error instanceof OAuthError)) {
    call.log.error('request failed', { error, resource: event.resource });
    return json(500, { error: 'server_error', error_description: 'Something went wrong here.' });
  }
  const { code, message, detail } = error;
  const { reason, retryAfterSeconds } = detail;
  call.log.info('refused', { code, reason });
  const challenged = code === 'invalid_client' && headerOf(event, 'authorization') !== undefined;
  const headers = {
    ...(challenged && { 'www-authenticate': 'Basic realm="dure", charset="UTF-8"' }),
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
  };
  return json(STATUS[code] ?? 400, { error: code, error_description: message, reason }, headers);
}
