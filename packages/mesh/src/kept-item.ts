import type { Policy } from './policy.ts';

/**
 * What a caller keeps of the control plane, in one item of its own table, so that one GetItem reads all of it.
 *
 * pk = MESH, sk = KEPT; for each policy `policy:<service>` and for each value `value:<name>` a map of its revision and its
 * content as JSON; for each service `hand:<service>`, what an operator said of its breaker, and `fleet:<service>`, when
 * enough environments found it away
 */
export const KEPT_KEY = { pk: 'MESH', sk: 'KEPT' } as const;

export const policyAttribute = (service: string): string => `policy:${service}`;
export const valueAttribute = (name: string): string => `value:${name}`;

export const handAttribute = (service: string): string => `hand:${service}`;
export const fleetAttribute = (service: string): string => `fleet:${service}`;

/** Of a policy as {@link Policy} is now: a reader that knows another form takes it for none. */
export const FORM = 1;

export interface Kept {
  readonly revision: number;
  /** Of a policy, as the consumer read it: whole, with times in milliseconds. Of a value, as it was published. */
  readonly json: string;
  readonly form?: number;
}

/** A policy that an earlier release kept has what was added since from the defaults. */
export function policyFrom({ json, form }: Kept, usual: Policy): Policy | undefined {
  if (form !== FORM) return undefined;
  const kept = JSON.parse(json) as Policy;
  return {
    ...{ ...usual, ...kept },
    timeout: { ...usual.timeout, ...kept.timeout },
    retry: { ...usual.retry, ...kept.retry },
    breaker: { ...usual.breaker, ...kept.breaker },
    outlier: { ...usual.outlier, ...kept.outlier },
  };
}
