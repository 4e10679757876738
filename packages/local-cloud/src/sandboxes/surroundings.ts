import { randomBytes } from 'node:crypto';
import type { Ssm } from '../services/ssm/index.ts';
import type { Declaration, ParameterValue } from './declaration.ts';
import type { Sandboxes } from './sandboxes.ts';

interface Place {
  readonly ssm: Pick<Ssm, 'get' | 'put'>;
  readonly sandboxes: Sandboxes;
  readonly stage: string;
  /** Base URL of the service's stage. */
  readonly serviceUrl: string;
  /** How long a sandbox may take to accept its webhook; 10 seconds by default. */
  readonly registerWithinMs?: number;
}

const REGISTER_WITHIN_MS = 10_000;

/** The name of a service's parameter. */
export const parameterName = (stage: string, service: string, name: string): string =>
  `/dure/${stage}/${service}/${name}`;

export const valueOf = (value: ParameterValue): string =>
  typeof value === 'string' ? value : `${value.randomAfter}${randomBytes(32).toString('base64')}`;

/**
 * Puts what a service's declaration says around it: the parameters that an operator would set, unless they are set,
 * and the sandboxes, which learn where their webhooks go.
 * @throws Error that says which sandbox does not start or refuses its webhook
 */
export async function prepareSurroundings(declaration: Declaration, place: Place): Promise<void> {
  const { ssm, sandboxes, stage, serviceUrl, registerWithinMs = REGISTER_WITHIN_MS } = place;
  const named = (name: string): string => parameterName(stage, declaration.service, name);
  for (const [name, value] of Object.entries(declaration.parameters)) {
    if (ssm.get(named(name)) === undefined) ssm.put(named(name), valueOf(value));
  }
  await sandboxes.start(declaration);
  const urls = sandboxes.urls();
  for (const { name, urlParameter, webhook } of declaration.sandboxes) {
    const endpoint = urls[name]!;
    ssm.put(named(urlParameter), endpoint);
    if (webhook === undefined) continue;
    const secret = ssm.get(named(webhook.secretParameter));
    if (secret === undefined) throw new Error(`The sandbox ${name}: there is no parameter ${webhook.secretParameter}.`);
    const response = await fetch(`${endpoint}${webhook.registerAt}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${serviceUrl}${webhook.path}`, secret }),
      signal: AbortSignal.timeout(registerWithinMs),
    }).catch((error: unknown) => {
      throw new Error(`The sandbox ${name} does not accept its webhook: ${(error as Error).message}`, { cause: error });
    });
    if (!response.ok) throw new Error(`The sandbox ${name} answers ${response.status} to its webhook.`);
  }
}
