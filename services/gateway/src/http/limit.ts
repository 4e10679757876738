import type { Limited } from '@dure/contracts/binding/api';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Admission } from '../application/admit.ts';
import type { Counting } from '../application/count-requests.ts';
import { usualPriority } from '../domain/priority.ts';
import type { Refusal } from '../domain/rate-limit.ts';
import { clientsOf } from './client.ts';

/** Asked by monitoring, and by who wants to know how much is left: that must not use it up. */
const UNCOUNTED = ['/v1/health', '/v1/version', '/v1/usage'];

/** Counts each request before its answer goes out. */
export const limitBy =
  ({ admit }: Admission) =>
  (event: APIGatewayProxyEvent): Limited | Promise<Limited> | undefined => {
    // A warm-up has no request in it.
    if (event.requestContext === undefined || UNCOUNTED.includes(event.resource)) return undefined;
    const [client] = clientsOf(event);
    const counting = admit(client, usualPriority(client));
    return counting instanceof Promise ? counting.then(limited) : limited(counting);
  };

/** The same problems as API Gateway answers when a usage plan is used up. */
const TITLES: Readonly<Record<Refusal, string>> = {
  'quota-exceeded': 'The quota of this client is used up',
  'too-many-requests': 'There are too many requests; try again later',
};

function limited({ headers, refused }: Counting): Limited {
  if (refused === undefined) return { headers };
  const { code, retryAfter: retryAfterSeconds } = refused;
  return { headers, refused: { code, title: TITLES[code], status: 429, retryAfterSeconds } };
}
