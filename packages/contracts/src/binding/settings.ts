import type { SSMClient } from '@aws-sdk/client-ssm';
import { answerWithin } from './deadline.ts';

/** Reads parameters of the service. A missing one is undefined. */
export type ReadSettings<Name extends string> = () => Promise<Readonly<Partial<Record<Name, string>>>>;

/** A changed parameter takes effect after this long at the latest, one that was missing at once. */
const KEPT_MS = 60_000;

/**
 * Makes a reader of the parameters `<path>/<name>` in Parameter Store: decrypted, and read once a minute at most.
 * Source: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameters.html
 *
 * @example
 * ```ts
 * import { openSettings } from '@dure/contracts/binding/settings';
 *
 * const settings = openSettings('/dure/local/alerts', ['webhook-url']);
 *
 * export const url = async () => (await settings())['webhook-url'];
 * ```
 */
export function openSettings<Name extends string>(path: string, names: readonly Name[]): ReadSettings<Name> {
  type Values = Partial<Record<Name, string>>;
  let kept: { readonly at: number; readonly values: Values } | undefined;
  return async () => {
    if (kept !== undefined && Date.now() - kept.at < KEPT_MS) return kept.values;
    const Names = names.map((name) => `${path}/${name}`);
    const { client, GetParametersCommand } = await loadSsm();
    const { Parameters: found = [] } = await client.send(new GetParametersCommand({ Names, WithDecryption: true }));
    const values = Object.fromEntries(found.map(({ Name, Value }) => [Name?.slice(path.length + 1), Value]));
    kept = names.every((name) => name in values) ? { at: Date.now(), values: values as Values } : undefined;
    return values as Values;
  };
}

/** Loaded when first needed: it is part of Lambda's runtime, and would slow down every cold start. */
async function loadSsm() {
  const ssm = await import('@aws-sdk/client-ssm');
  client ??= new ssm.SSMClient({ maxAttempts: 3, requestHandler: answerWithin(2_000) });
  return { ...ssm, client };
}
let client: SSMClient | undefined;
