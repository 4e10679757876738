import { registerHooks } from 'node:module';
import type { InvokeResult } from '../../../shared/types.ts';
import type { Lambda } from './index.ts';
import { isProxyEvent, proxyResponse, withHiddenHeaders } from './proxy-response.ts';

const lambdas = new WeakMap<object, Lambda>();

/** Serverless-offline's functions of the service with this `provider` run in this Lambda. */
export function runOfflineFunctionsIn(lambda: Lambda, provider: object): void {
  lambdas.set(provider, lambda);
}

/** The banner of routes that serverless-offline prints, which would name the ports behind the front door. */
const SILENCED = '../../utils/logRoutes.js';

/**
 * Puts this module in the place of serverless-offline's own worker threads, which start one thread per request in
 * flight, never answer when a handler crashes, and lose an error's name. Has to be called before its first use.
 * Source: https://nodejs.org/api/module.html#moduleregisterhooksoptions
 */
export function replaceOfflineRunner(): void {
  registerHooks({
    resolve(specifier, context, nextResolve) {
      if (!context.parentURL?.includes('/serverless-offline/')) return nextResolve(specifier, context);
      if (specifier === SILENCED) return { url: 'data:text/javascript,export default () => {}', shortCircuit: true };
      if (specifier === './worker-thread-runner/index.js') return { url: import.meta.url, shortCircuit: true };
      return nextResolve(specifier, context);
    },
  });
}

/** What serverless-offline's HandlerRunner makes for each of its functions. */
export default class WorkerThreadRunner {
  readonly #functionName: string;
  readonly #lambda: Lambda;

  constructor({ functionName, provider }: { functionName: string; provider: object }) {
    const lambda = lambdas.get(provider);
    if (lambda === undefined) throw new Error(`${functionName} belongs to no running cloud.`);
    this.#functionName = functionName;
    this.#lambda = lambda;
  }

  async run(given: unknown): Promise<unknown> {
    const event = withHiddenHeaders(given);
    if (isProxyEvent(event)) {
      const called = this.#lambda.invoke(this.#functionName, withTextBody(event as ProxyEvent));
      return proxyResponse(await called.catch(notCalled));
    }
    const result = await this.#lambda.invoke(this.#functionName, event);
    if (result.ok) return result.payload;
    throw Object.assign(new Error(result.errorMessage), { name: result.errorType });
  }

  /** The pool ends its workers by itself. */
  cleanup(): void {}
}

/** API Gateway answers for a function that it cannot call as for one that failed. */
const notCalled = (error: Error): InvokeResult => ({ ok: false, errorType: error.name, errorMessage: error.message });

/** Serverless-offline hands on the JSON bodies `0`, `false`, `null` and `""` parsed; API Gateway's are always text. */
function withTextBody(event: ProxyEvent): ProxyEvent {
  const { body, headers } = event;
  if (body) return event;
  const length = Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === 'content-length')?.[1];
  const sent = typeof body === 'number' || typeof body === 'boolean' || Number(length) > 0;
  return sent ? { ...event, body: JSON.stringify(body ?? null) } : event;
}

interface ProxyEvent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}
