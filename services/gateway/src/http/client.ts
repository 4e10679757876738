import type { Call, Caller } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { networkOf } from '../domain/network.ts';

interface Shown {
  readonly apiKeyId?: string | null | undefined;
  readonly sourceIp?: string | undefined;
}

/**
 * The names under which a request may be counted: its caller's by the token, and that of its API key. Whoever wants gets any
 * number of guest tokens, so that guests are counted by their network.
 */
const named = (caller: Pick<Caller, 'subject' | 'roles'> | undefined, { apiKeyId, sourceIp }: Shown): string[] => [
  ...(caller === undefined ? [] : [callerName(caller, sourceIp)]),
  ...(apiKeyId ? [`key:${apiKeyId}`] : []),
];

const callerName = ({ subject, roles }: Pick<Caller, 'subject' | 'roles'>, sourceIp: string | undefined): string =>
  roles.includes('guest') && sourceIp ? `guests:${networkOf(sourceIp)}` : `caller:${subject}`;

export const clientsOf = ({ requestContext }: Pick<APIGatewayProxyEvent, 'requestContext'>): string[] =>
  named(callerIn(requestContext.authorizer), requestContext.identity ?? {});

/** As the authorizer has it; the binding decides whether the token still holds. */
function callerIn(authorizer: APIGatewayProxyEvent['requestContext']['authorizer']) {
  const { sub: subject, roles = '' } = (authorizer ?? {}) as { readonly sub?: string; readonly roles?: string };
  return subject ? { subject, roles: roles.split(' ') } : undefined;
}

export const clientsOfCall = ({ caller, credentials = {} }: Pick<Call, 'caller' | 'credentials'>): string[] =>
  named(caller, credentials);
