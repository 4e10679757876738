import type { MiddlewareObj } from '@middy/core';

/** The event of the usual warm-up plugins; answered at once, so that it costs nothing and changes nothing. */
export function warmUp(): MiddlewareObj {
  return {
    before: ({ event }) => {
      const { source } = (event ?? {}) as { source?: unknown };
      return source === 'serverless-plugin-warmup' ? 'warm' : undefined;
    },
  };
}

/** middy's settings for every binding: no timer per call, Lambda's own time-out is the deadline. */
export const settings = { timeoutEarlyInMillis: 0 };
