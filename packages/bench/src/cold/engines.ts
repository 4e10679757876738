import type { Bundle } from './bundle.ts';
import type { FunctionFile } from './functions.ts';

/** The modules of the binding for one kind of trigger, useless to functions with another. */
const ENGINES = {
  http: ['api', 'http', 'http-request', 'health'],
  queue: ['consumer', 'queue'],
  stream: ['stream', 'relay', 'outbox-reader'],
  schedule: ['scheduled'],
  step: ['step'],
  client: ['client'],
} as const;

type Engine = keyof typeof ENGINES;

/** A function's trigger in serverless.yml; undefined for an event of the framework. */
function triggerOf({ endpoints, consumes, relay, stream }: FunctionFile): Engine | undefined {
  if (endpoints !== undefined) return 'http';
  if (consumes !== undefined) return 'queue';
  return relay === true || stream !== undefined ? 'stream' : undefined;
}

/** What is wrong: a bundle with the engine of another trigger, or without its own. One sentence each. */
export function needlessEngines(bundle: Bundle, file: FunctionFile): string[] {
  const modules = new Set(bundle.modules.flatMap((path) => /contracts\/src\/binding\/(.+)\.ts$/.exec(path)?.[1] ?? []));
  const engines = (Object.keys(ENGINES) as Engine[]).filter((name) => ENGINES[name].some((it) => modules.has(it)));
  const own = triggerOf(file) ?? engines[0];
  // The deployment says where a service is to a function that calls it.
  const calls = Object.keys(file.environment ?? {}).some((name) => name.startsWith('URL_OF_'));
  const needless = engines.filter((name) => name !== own && !(calls && name === 'client'));
  if (own !== undefined && !engines.includes(own))
    return [`${bundle.name} is triggered by ${own}, and does not bind it.`];
  return needless.map((name) => `${bundle.name} is triggered by ${own}, and bundles what binds ${name}.`);
}
