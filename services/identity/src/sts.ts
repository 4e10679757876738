import type { AskSts } from './application/service-of-proof.ts';
import { FOR_HEADER } from './domain/role-proof.ts';

const TIMEOUT_MS = 2_000;
const MAX_LENGTH = 10_000;
/** AWS answers too many questions with 400, as it does a question that is wrong. */
const THROTTLED = /<Code>\w*(?:Throttl|LimitExceeded|TooManyRequests|SlowDown)\w*<\/Code>/;

/**
 * Makes what asks the Security Token Service of the region, and no other host: only the query of the question is somebody
 * else's.
 * Source: https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
 *
 * @param issuer whom the question has to be signed for
 * @param endpoint where it is instead, on a laptop
 */
export function openSts(issuer: string, region: string, endpoint: string | undefined): AskSts {
  const base = endpoint ?? `https://${stsHost(region)}`;
  return async (question) => {
    const response = await fetch(`${base}/?${question}`, {
      headers: { [FOR_HEADER]: issuer },
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const text = (await response.text()).slice(0, MAX_LENGTH);
    if (response.status >= 500 || response.status === 429 || THROTTLED.test(text))
      throw new Error(`STS answered ${response.status}.`);
    if (!response.ok) return undefined;
    const [arn, account] = ['Arn', 'Account'].map((name) => new RegExp(`<${name}>([^<]+)</${name}>`).exec(text)?.[1]);
    if (arn === undefined || account === undefined) throw new Error('STS answered without an ARN.');
    return { arn, account };
  };
}

/** Source: https://docs.aws.amazon.com/general/latest/gr/sts.html */
const stsHost = (region: string): string => `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
