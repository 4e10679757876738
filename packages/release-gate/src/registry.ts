import { client, type ClientAnswer, NoAnswer, UnexpectedAnswer } from '@dure/contracts/binding/client';
import type { EndpointContract } from '@dure/contracts/contract';
import {
  CanDeploy,
  GetRelease,
  GetStage,
  ListConsumers,
  ListReleases,
  RecordDeployment,
  RegisterRelease,
  ReportTestFailure,
} from '@dure/contracts/registry';
import type * as z from 'zod/mini';
import type { Manifest } from './manifest.ts';

type Body<E extends { readonly responses: { readonly 200: { readonly body: z.ZodMiniType } } }> = z.output<
  E['responses'][200]['body']
>;

/** A release as a stage and a verdict name it. */
export interface Labelled {
  readonly service: string;
  readonly label: string;
}

export type Verdict = Omit<Body<typeof CanDeploy>, '_links' | 'stage'>;
export type Consumer = Pick<Body<typeof ListConsumers>['items'][number], 'service' | 'label' | 'owner' | 'state'>;
export type Contracts = Pick<Body<typeof GetRelease>, 'provides' | 'requires'>;
export interface Running extends Labelled {
  readonly state: 'candidate' | 'live' | 'draining';
}

export interface Recording extends Labelled {
  readonly state: 'candidate' | 'live' | 'removed';
  /** The stage's first deployments: the registry's own, and of what it needs. */
  readonly bootstrap?: boolean;
  readonly endpoints?: { readonly region: string; readonly url: string }[];
  readonly urgent?: boolean;
  /** Of the verdict that lets it go: it is not recorded once one of them has ended. */
  readonly overrides?: string[];
}

export interface How {
  /** Services that leave the stage. */
  readonly removals?: readonly string[];
  /** An urgent fix gives dependants no time. */
  readonly urgent?: boolean;
}

/** What the tools ask the registry of releases. Each call throws {@link RegistryUnknown} when there is no answer. */
export interface Registry {
  /** Returns the label. The same artefacts have the same one again. */
  register(manifest: Manifest): Promise<string>;
  canDeploy(stage: string, releases: readonly Labelled[], how?: How): Promise<Verdict>;
  /** Returns the next token, or undefined if the live set is no longer the one with this token. */
  record(stage: string, recording: Recording, token: number): Promise<number | undefined>;
  /** What runs, and the token of that; nothing and 0 in a stage in which nothing was ever recorded. */
  stage(stage: string): Promise<{ readonly token: number; readonly running: readonly Running[] }>;
  contractsOf(release: Labelled): Promise<Contracts>;
  /** The releases in a stage that require a contract. */
  consumersOf(stage: string, contract: string, major: number): Promise<Consumer[]>;
  /** Has both owners told that tests of a consumer fail with a release. */
  reportTestFailure(failure: z.input<(typeof ReportTestFailure)['body']>): Promise<void>;
  /** The label of the artefacts with this digest; undefined if no release has them. */
  labelOf(service: string, digest: string): Promise<string | undefined>;
}

/** The registry is down, slow or answers something else than its contract says: nothing is known. */
export class RegistryUnknown extends Error {
  override readonly name = 'RegistryUnknown';
}

export interface RegistryPlace {
  /** `https://abc.execute-api.eu-west-1.amazonaws.com/prod`, `http://localhost:4000/registry/local` */
  readonly baseUrl: string;
  readonly apiKey?: string | undefined;
  /** An access token of the identity service. */
  readonly token?: string | undefined;
  /** For all calls together; one minute by default. */
  readonly deadlineMs?: number;
}

const DEADLINE_MS = 60_000;
/** Pages of a list that are read at most. */
const MAX_PAGES = 50;

/** A call's time-out is rounded down, so that it may come a moment before the deadline. */
const isTimeOut = ({ cause }: NoAnswer): boolean =>
  (cause as { readonly name?: unknown } | undefined)?.name === 'TimeoutError';

export function openRegistry({ baseUrl, apiKey, token, deadlineMs = DEADLINE_MS }: RegistryPlace): Registry {
  const until = performance.now() + deadlineMs;
  const options = () => {
    const timeoutMs = Math.floor(until - performance.now());
    if (timeoutMs < 1) throw new RegistryUnknown(`The registry at ${baseUrl} took longer than ${deadlineMs} ms.`);
    return { baseUrl, timeoutMs };
  };
  const credentials = { apiKey, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  const tried = async <Answer>(call: () => Promise<Answer>): Promise<Answer> => {
    try {
      return await call();
    } catch (error) {
      if (error instanceof NoAnswer && isTimeOut(error)) {
        throw new RegistryUnknown(`The registry at ${baseUrl} took longer than ${deadlineMs} ms.`, { cause: error });
      }
      if (error instanceof NoAnswer)
        throw new RegistryUnknown(`The registry does not answer: ${error.message}.`, { cause: error });
      if (error instanceof UnexpectedAnswer) {
        throw new RegistryUnknown(`The registry answers what its contract does not have: ${error.message}`, {
          cause: error,
        });
      }
      throw error;
    }
  };
  return {
    async register(manifest) {
      const call = client(RegisterRelease, ['label'], options());
      const body = manifest as z.input<(typeof RegisterRelease)['body']>;
      const answer = await tried(() => call({ body, credentials }));
      if (answer.problem !== undefined) throw refused(`does not register ${manifest.service}`, answer);
      return answer.body.label;
    },
    async canDeploy(stage, releases, { removals = [], urgent = false } = {}) {
      const fields = ['stage', 'answer', 'token', 'blockers', 'warnings', 'overridden', 'order', 'cycle'] as const;
      const call = client(CanDeploy, fields, options());
      const answer = await tried(() =>
        call({
          body: {
            stage,
            releases: releases.map(({ service, label }) => ({ service, label })),
            ...(removals.length > 0 && { removals: [...removals] }),
            ...(urgent && { urgent }),
          },
          credentials,
        }),
      );
      if (answer.problem !== undefined) throw refused('gives no verdict', answer);
      return believable(answer.body, stage);
    },
    async record(stage, { service, label, ...body }, liveToken) {
      const call = client(RecordDeployment, ['token'], options());
      const params = { stage, service, label };
      const answer = await tried(() => call({ params, body, ifMatch: String(liveToken), credentials }));
      if (answer.problem === undefined) return answer.body.token;
      if (answer.code === 'precondition-failed') return undefined;
      throw refused(`does not record ${service} ${label}`, answer);
    },
    async stage(stage) {
      const call = client(GetStage, ['token', 'items', '_links'], options());
      let liveToken = 0;
      const running = await all<Running>(async (query) => {
        const answer = await tried(() => call({ params: { stage }, query, credentials }));
        if (answer.problem !== undefined && answer.code === 'stage-not-found') return { items: [], _links: {} };
        if (answer.problem !== undefined || answer.status === 304) throw refused(`does not show ${stage}`, answer);
        liveToken = answer.body.token;
        return answer.body;
      });
      return { token: liveToken, running };
    },
    async contractsOf({ service, label }) {
      const call = client(GetRelease, ['provides', 'requires'], options());
      const answer = await tried(() => call({ params: { service, label }, credentials }));
      if (answer.problem !== undefined || answer.status === 304)
        throw refused(`does not show ${service} ${label}`, answer);
      return answer.body;
    },
    async consumersOf(stage, contract, major) {
      const call = client(ListConsumers, ['items', '_links'], options());
      const [owner = '', name = ''] = contract.split('/');
      const params = { owner, name, major: String(major) };
      return all(async (query) => {
        const answer = await tried(() => call({ params, query: { stage, ...query }, credentials }));
        if (answer.problem === undefined && answer.status !== 304) return answer.body;
        throw refused(`does not list the consumers of ${contract}`, answer);
      });
    },
    async reportTestFailure(body) {
      const call = client(ReportTestFailure, [], options());
      const answer = await tried(() => call({ body, credentials }));
      if (answer.problem !== undefined) throw refused('tells nobody of tests that fail', answer);
    },
    async labelOf(service, digest) {
      const call = client(ListReleases, ['items', '_links'], options());
      const releases = await all(async (query) => {
        const answer = await tried(() => call({ params: { service }, query, credentials }));
        if (answer.problem === undefined && answer.status !== 304) return answer.body;
        throw refused(`does not list the releases of ${service}`, answer);
      });
      return releases.find((it) => it.digest === digest)?.label;
    },
  };
}

/** Returns the verdict, unless it is about another stage, or a yes that names who would break. */
function believable({ stage: judged, ...verdict }: Verdict & { readonly stage: string }, stage: string): Verdict {
  if (judged !== stage)
    throw new RegistryUnknown(`The registry was asked about ${stage}, and answers about ${judged}.`);
  if (verdict.answer === 'yes' && verdict.blockers.length > 0)
    throw new RegistryUnknown('The registry says yes, and names who would break.');
  return verdict;
}

function refused(
  what: string,
  { problem, status }: Pick<ClientAnswer<EndpointContract>, 'problem' | 'status'>,
): RegistryUnknown {
  const fields = (problem?.errors ?? []).map(({ pointer, detail }) => `${pointer}: ${detail}`).slice(0, 5);
  const said =
    problem === undefined ? `it answered ${status}` : [problem.detail ?? problem.title, ...fields].join('; ');
  return new RegistryUnknown(`The registry ${what}: ${said}`);
}

interface Page<Item> {
  readonly items: readonly Item[];
  readonly _links: Readonly<Record<string, { readonly href: string }>>;
}

/** The items of every page of a list. */
async function all<Item>(page: (query: { cursor?: string }) => Promise<Page<Item>>): Promise<Item[]> {
  const found: Item[] = [];
  let cursor: string | undefined;
  for (let count = 0; count < MAX_PAGES; count += 1) {
    const { items, _links } = await page(cursor === undefined ? {} : { cursor });
    found.push(...items);
    cursor = cursorOf(_links);
    if (cursor === undefined) return found;
  }
  throw new RegistryUnknown(`A list of the registry has more than ${MAX_PAGES} pages.`);
}

/** HAL's next page, by the cursor in its link. */
function cursorOf(links: Page<unknown>['_links']): string | undefined {
  const href = links['next']?.href;
  return href === undefined ? undefined : (new URL(href, 'http://registry').searchParams.get('cursor') ?? undefined);
}
