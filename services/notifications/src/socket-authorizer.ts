import { beginCall } from '@dure/contracts/binding/call';
import { lambda } from '@dure/contracts/binding/lambda';
import { metric } from '@dure/contracts/binding/log';
import { readToken } from './application/progress-token.ts';
import { tokenSecret } from './composition-token.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-lambda-auth.html */
interface ConnectEvent {
  readonly methodArn: string;
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
}

const secret = tokenSecret();

/**
 * Says who connects, so that the access log has it. `$connect` reads the token again, and decides by it.
 * @throws Error `Unauthorized` from the handler, for a token that is not good
 */
export const handler = lambda(async ({ methodArn, queryStringParameters }: ConnectEvent) => {
  const started = performance.now();
  const { log } = beginCall();
  const followed = readToken(await secret(), queryStringParameters?.['token'] ?? '', Date.now());
  log.info('socket', metric('socket.AUTHORIZE', followed ? 'ok' : 'refused', performance.now() - started));
  // API Gateway answers 401 to this message, and 500 to any other.
  if (followed === undefined) throw new Error('Unauthorized');
  const Statement = [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: methodArn }];
  return {
    principalId: followed.subject ?? followed.customerId ?? 'unknown',
    policyDocument: { Version: '2012-10-17', Statement },
  };
});
