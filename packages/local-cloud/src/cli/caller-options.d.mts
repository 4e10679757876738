import type { Callers } from '../shared/doors/callers.ts';

interface Values {
  readonly 'allow-host'?: string[];
  readonly 'allow-origin'?: string[];
}

export const CALLERS_HELP: string;
export const CALLERS_OPTIONS: Readonly<Record<keyof Values, { readonly type: 'string'; readonly multiple: true }>>;
export function callersOf(values: Values): Callers;
