import { join, sep } from 'node:path';
import type { Lambda } from '@dure/lambda-runtime';
import type { LocalService, Made, Work } from '@dure/release-gate/local';
import { STAGE } from '../shared/aws-environment.ts';
import type { CloudLog } from '../shared/types.ts';
import type { Service } from './service.ts';

/** The service that keeps releases. */
const REGISTRY = 'registry';
/** Loaded when everything is ready, so that the start does not wait for it. */
const load = () => import('@dure/release-gate/local');
/** Where contracts are declared. */
const CONTRACTS = `${sep}packages${sep}contracts${sep}src${sep}contracts${sep}`;

interface ReleasesOptions {
  readonly services: readonly Service[];
  /** The folder of the bundles. */
  readonly outdir: string;
  /** The front door's. */
  readonly url: string;
  readonly lambda: Pick<Lambda, 'describe' | 'find' | 'register' | 'warm'>;
  readonly log: CloudLog;
  /** For a person to see. */
  readonly tell: (message: string) => void;
  /** Parameter Store: what runs is published there, as a deployment does. */
  readonly parameters: { put(name: string, value: string): void };
}

export interface Releases {
  /** Registers what runs at the local registry, if that runs; `/v1/version` shows the labels then. */
  register(): Promise<void>;
  /** If contracts are among the files that were saved: prints whom they would break of what runs. */
  saved(paths: ReadonlySet<string>): Promise<void>;
  stop(): void;
}

/** What runs on a laptop as releases: registered when it is ready, and compared with when contracts are saved. */
export function createReleases({ services, outdir, url, lambda, log, tell, parameters }: ReleasesOptions): Releases {
  const controller = new AbortController();
  const { signal } = controller;
  const commit = commitOf(services);
  const work = { stage: STAGE, commit, services: services.flatMap((service) => codeOf(service, outdir)) };
  let running: Promise<Made | undefined> | undefined;
  let newest = 0;

  const begin = async (): Promise<Made | undefined> => {
    const hasRegistry = services.some(({ name, state }) => name === REGISTRY && state === 'running');
    if (!hasRegistry) return orSay(inThread(work));
    const baseUrl = `${url}/${REGISTRY}/${STAGE}`;
    return orSay(
      import('@dure/release-gate/client-token')
        .then(({ localClientToken }) => localClientToken('deployer', url))
        .then((token) => inThread({ ...work, registry: { baseUrl, token } })),
    );
  };

  const inThread = async (asked: Work): Promise<Made> => (await load()).inThread(asked, signal);

  async function orSay(made: Promise<Made>): Promise<Made | undefined> {
    try {
      return await made;
    } catch (error) {
      if (!signal.aborted) log('warn', `Releases: ${(error as Error).message}`);
      return undefined;
    }
  }

  /** The functions that show a label get it. One that was loaded is loaded again, so that the next request finds it so. */
  async function label({ serverless }: Service, given: string | undefined): Promise<void> {
    for (const definition of Object.values(serverless?.service.functions ?? {})) {
      const config = lambda.find(definition.name);
      const shows = ((definition as Declared).endpoints ?? []).length > 0;
      if (given === undefined || config === undefined || !shows || signal.aborted) continue;
      const isLoaded = lambda.describe().some(({ name, workers }) => name === config.name && workers > 0);
      lambda.register({ ...config, environment: { ...config.environment, LABEL: given } });
      if (isLoaded) await lambda.warm(config.name);
    }
  }

  return {
    async register() {
      running = begin();
      const made = await running;
      for (const fault of made?.faults ?? []) log('warn', fault);
      for (const { service, digest } of made?.manifests ?? []) {
        if (made?.labels[service] !== undefined) parameters.put(`/dure/${STAGE}/${service}/artefacts`, digest);
      }
      const labels = Object.entries(made?.labels ?? {}).map(([service, label]) => `${service} ${label}`);
      if (labels.length > 0) log('info', `registered ${labels.join(', ')}`);
      for (const service of services) await label(service, made?.labels[service.name]);
    },
    async saved(paths) {
      if (![...paths].some((path) => path.includes(CONTRACTS))) return;
      newest += 1;
      const mine = newest;
      const [before, after] = await Promise.all([running, orSay(inThread({ ...work, part: 'provides' }))]);
      if (before === undefined || after === undefined || mine !== newest) return;
      const { breaksOf } = await load();
      const words = breaksOf(before, after, STAGE);
      if (words !== undefined) tell(words.trimEnd());
    },
    stop: () => controller.abort(),
  };
}

function codeOf({ name, folder, serverless, state }: Service, outdir: string): LocalService[] {
  if (serverless === undefined || state !== 'running') return [];
  const functions = Object.entries(serverless.service.functions).map(([key, definition]) => {
    const { handler, endpoints, consumes } = definition as Pick<typeof definition, 'handler'> & Declared;
    return [key, { handler, endpoints, consumes }] as const;
  });
  return [{ service: name, folder, functions: Object.fromEntries(functions), bundles: join(outdir, name) }];
}

/** What the plugin reads of a function. */
type Declared = Pick<LocalService['functions'][string], 'endpoints' | 'consumes'>;

/** The plugin has put the commit into the functions' environment. */
function commitOf(services: readonly Service[]): string {
  const [definition] = services.flatMap(({ serverless }) => Object.values(serverless?.service.functions ?? {}));
  return String(definition?.environment?.['COMMIT'] ?? 'unknown');
}
