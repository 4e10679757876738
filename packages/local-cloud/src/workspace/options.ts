import type { Callers } from '@dure/local-http/access-rules';
import type { CloudLog } from '../shared/types.ts';

export interface LocalCloudOptions {
  /** The workspace's folder, which has `services/`. */
  readonly root: string;
  /** Keeps everything across restarts: tables, queues, events, logs, bundles. */
  readonly dataDir: string;
  /** The front door's; 0 takes a free one. */
  readonly port: number;
  /** Who else may use what is opened; nobody by default. */
  readonly callers?: Callers;
  /** Names of the services to run; without it, all. Those they depend on come along. */
  readonly only?: readonly string[];
  /** Services to answer for by the examples of their contracts. They run whatever `only` names. */
  readonly mock?: readonly string[];
  /** Services whose functions a debugger may hold: they have no time-outs. */
  readonly inspect?: readonly string[];
  /** Start with empty data. */
  readonly fresh?: boolean;
  /** The length of a minute for metrics and alarms, in milliseconds. Default: a minute. */
  readonly minuteMs?: number;
  /** Reload functions when their sources are saved. */
  readonly watch?: boolean;
  readonly log: CloudLog;
  /** Receives each step, for a progress line. */
  readonly progress?: (step: string) => void;
}

export interface ServiceSummary {
  readonly name: string;
  readonly state: string;
  readonly reason?: string;
  readonly url: string;
  readonly functions: number;
  /** Of the API at `url`: `GET /v1/orders`. */
  readonly routes: readonly string[];
  /** How many of the routes nothing but a mock answers. */
  readonly mocks: number;
  /** Further addresses: of an HTTP API beside a REST API, and of functions' URLs. */
  readonly more: readonly string[];
}

export interface LocalCloud {
  /** The front door's: `http://localhost:4000`. */
  readonly url: string;
  readonly services: readonly ServiceSummary[];
  /** Endpoint by AWS service: `{ DynamoDB: 'http://127.0.0.1:40123', … }`. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** What a person exports so that the AWS CLI and SDKs find all of these at one address. */
  readonly environment: Readonly<Record<string, string>>;
  /** URL of each sandbox that a service declares: `{ carrier: 'http://127.0.0.1:40124' }`. */
  readonly sandboxes: Readonly<Record<string, string>>;
  /** The accounts of a laptop, by the e-mail address to sign in with: their passwords. */
  readonly accounts?: Readonly<Record<string, string>>;
  /** Milliseconds by phase of the start. */
  readonly timings: Readonly<Record<string, number>>;
  stop(): Promise<void>;
}
