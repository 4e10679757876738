import type { EndpointContract } from '@dure/contracts/contract';
import type { Asked } from '../application/ask.ts';

/** Asks for the caller: the service that is asked decides what they may see. */
export const forCaller = ({ call, within }: Asked) => ({ call, within, credentials: call.credentials });

/** What everybody may see is asked for without saying who asks, so that the answer may be kept for others. */
export const forAnybody = ({ call, within, ifNoneMatch }: Asked & { readonly ifNoneMatch?: string }) => ({
  ...{ call, within, credentials: { apiKey: call.credentials?.apiKey } },
  ...(ifNoneMatch !== undefined && { ifNoneMatch }),
});

/** What a kept answer belongs to: the same question has the same key, however its parameters are ordered. */
export const keyOf = ({ owner, name, version }: EndpointContract, query: object): string =>
  `${owner}/${name}.v${version} ${JSON.stringify(Object.entries(query).sort(([one], [other]) => (one < other ? -1 : 1)))}`;
