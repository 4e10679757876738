import type { FunctionDefinition, Serverless } from './serverless.ts';

const DEFAULT_RUNTIME = 'nodejs24.x';

/** The function's own, the service's, or the newest. */
export function runtimeOf({ runtime }: FunctionDefinition, provider: Serverless['service']['provider']): string {
  return runtime ?? provider.runtime ?? DEFAULT_RUNTIME;
}
