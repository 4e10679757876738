import type { ThrottleSettings } from './documents.ts';

export interface TokenBuckets {
  /** Takes a token of the bucket called `key`; false if it is empty. A limit below 0 is none. */
  take(key: string, settings: ThrottleSettings): boolean;
}

interface Bucket {
  tokens: number;
  at: number;
}

/**
 * Token buckets in memory: `burstLimit` is what a bucket holds, `rateLimit` what flows in per second.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
 */
export function createTokenBuckets(now: () => number): TokenBuckets {
  const buckets = new Map<string, Bucket>();
  return {
    take(key, { rateLimit, burstLimit }) {
      if (rateLimit < 0 || burstLimit < 0) return true;
      const time = now();
      const bucket = buckets.get(key) ?? { tokens: burstLimit, at: time };
      const tokens = Math.min(burstLimit, bucket.tokens + ((time - bucket.at) / 1000) * rateLimit);
      const taken = tokens >= 1;
      buckets.set(key, { tokens: taken ? tokens - 1 : tokens, at: time });
      return taken;
    },
  };
}
