import { composeOptional, type Part } from '../domain/composition.ts';
import type { Asking } from './ask.ts';

export interface Health {
  readonly status: 'ok' | 'failing';
  /** Names of dependencies. */
  readonly failing: string[];
}

/** Asks for a service's health. */
export type AskHealth = (asking: Asking) => Promise<Part<Health>>;

/** The health of all services at once. None is required: the view is for the time when some of them fail. */
export async function stageHealth(services: Readonly<Record<string, AskHealth>>, asking: Asking) {
  const asked = Object.entries(services).map(async ([name, askHealth]) => [name, await askHealth(asking)] as const);
  return composeOptional(Object.fromEntries(await Promise.all(asked)), '/services');
}
