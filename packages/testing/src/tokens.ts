import type { SSMClientConfig } from '@aws-sdk/client-ssm';
import { type Access, roles, scopesOf } from '@dure/contracts/access';
import { requestToken } from '@dure/release-gate/client-token';

/** The roles that every stage has a client for. */
const CLIENTS = ['operator', 'merchandiser', 'deployer', 'auditor', 'customer'] as const;
export type ClientRole = (typeof CLIENTS)[number];

/** Gives access tokens of a stage. Undefined where no identity service runs. */
export interface Tokens {
  get(role: ClientRole): Promise<string | undefined>;
  /** A token was refused: what gave it may be another one now, at the same address. */
  forget(): void;
}

/** The first role that may use an endpoint with everybody's data, or else with its own; undefined where everybody may. */
export function roleFor(access: Access): ClientRole | undefined {
  if (access === 'public') return undefined;
  const scope = access.any ?? access.own;
  const role = CLIENTS.find((name) => (roles[name] as readonly string[]).includes(scope));
  if (role === undefined)
    throw new Error(`No role that a stage has a client for may use ${scopesOf(access).join(', ')}.`);
  return role;
}

/** Where a stage gives tokens, and where the secrets of its clients are. */
interface Place {
  readonly stage: string;
  readonly issuer: string;
  readonly secrets: SSMClientConfig;
}

interface Kept {
  readonly token: string;
  readonly until: number;
}

/** A token is asked for again after this share of its life. */
const USED = 0.8;
const TIMEOUT_MS = 30_000;

function tokensAt(find: () => Promise<Place | undefined>): Tokens {
  const kept = new Map<ClientRole, Promise<Kept | undefined>>();
  const ask = (role: ClientRole): Promise<Kept | undefined> => {
    const asked = find().then((place) => place && askAt(place, role));
    kept.set(role, asked);
    asked.catch(() => kept.delete(role));
    return asked;
  };
  return {
    async get(role) {
      const known = await (kept.get(role) ?? ask(role));
      return known === undefined || Date.now() < known.until ? known?.token : (await ask(role))?.token;
    },
    forget: () => kept.clear(),
  };
}

const ofUrl = new Map<string, Tokens>();

/** The tokens of what `npm start` or `npx sls offline` runs at this URL. */
export function localTokens(url: string): Tokens {
  const known = ofUrl.get(url) ?? tokensAt(() => findLocally(url));
  ofUrl.set(url, known);
  return known;
}

/** The tokens of a stage, in the account that the AWS SDK is configured for, or that these variables name. */
export const stageTokens = (stage: string, issuer: string, environment = process.env): Tokens =>
  tokensAt(() => Promise.resolve({ stage, issuer, secrets: accountOf(environment) }));

function accountOf(environment: NodeJS.ProcessEnv): SSMClientConfig {
  if (environment === process.env) return {};
  const {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: region,
    AWS_ACCESS_KEY_ID = '',
    AWS_SECRET_ACCESS_KEY = '',
  } = environment;
  const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
  return { ...(endpoint !== undefined && { endpoint }), ...(region !== undefined && { region }), credentials };
}

interface Resources {
  readonly parameters: readonly { readonly name: string; readonly value?: string }[];
  readonly endpoints: Readonly<Record<string, string>>;
}

async function findLocally(url: string): Promise<Place | undefined> {
  const response = await fetch(`${url}/_cloud/resources`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  const { parameters, endpoints } = (await response.json()) as Resources;
  const issuer = parameters.find(({ name }) => name === '/dure/local/identity/issuer')?.value;
  const endpoint = endpoints['Secrets Manager'];
  if (issuer === undefined || endpoint === undefined) return undefined;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { stage: 'local', issuer, secrets: { endpoint, region: 'us-east-1', credentials } };
}

async function askAt({ stage, issuer, secrets }: Place, client: ClientRole): Promise<Kept> {
  const { token, seconds } = await requestToken(issuer, { client, stage }, secrets);
  return { token, until: Date.now() + seconds * 1000 * USED };
}
