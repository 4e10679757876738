import type { Spec } from './spec.ts';
import type { Template } from './template.ts';

/** A place in a template that breaks a rule, with the right value. */
export interface Violation {
  /** Logical id, or `Template` if something is missing altogether. */
  readonly resource: string;
  /** From the resource on: `Properties.RedrivePolicy`. */
  readonly path: string;
  /** The right value, as a sentence. */
  readonly right: string;
}

export interface Archive {
  readonly functionName: string;
  /** Bytes as uploaded, and of all files in it. */
  readonly zipped: number;
  readonly unzipped: number;
}

/** An endpoint of the service, by its contract. */
export interface Endpoint {
  readonly method: string;
  /** With the version: `/v1/stock/{sku}`. */
  readonly path: string;
  /** Whether the endpoint requires a body. */
  readonly needsBody: boolean;
  /** Whether its caller signs the request instead of sending an API key. */
  readonly signed: boolean;
}

/** A message of the contracts. */
export interface Message {
  /** EventBridge `DetailType`: `StockReserved.v1`. */
  readonly detailType: string;
  /** The services that may put it on the bus. */
  readonly senders: readonly string[];
}

/** Actions that need a wildcard resource, because AWS or the design has nothing finer. */
export interface Wildcard {
  readonly actions: readonly string[];
  /** The ARN as text, wildcard included. */
  readonly resource: RegExp;
  /** The services that may use it; all if missing. */
  readonly services?: readonly string[];
}

/** Facts from outside the template. */
export interface Facts {
  readonly spec: Spec;
  readonly wildcards: readonly Wildcard[];
  readonly archives: readonly Archive[];
  readonly endpoints: readonly Endpoint[];
  /** Of all services. */
  readonly messages: readonly Message[];
  /** Anchors of the headings in the service's README: `dead-letters`. */
  readonly runbook: ReadonlySet<string>;
  /** SSM parameters that the stage's services publish, or that a person sets as the service's README says. */
  readonly published: ReadonlySet<string>;
  /** Whether a job of the stage collects the dead letters of every service's queues. */
  readonly collected: boolean;
  /** Whether the stage has gradual deployments. */
  readonly canary: boolean;
}

export interface Subject {
  readonly service: string;
  readonly stage: string;
  readonly template: Template;
  readonly facts: Facts;
}

export interface Rule {
  /** Kebab case, unique. */
  readonly id: string;
  readonly title: string;
  readonly why: string;
  /** AWS's page, or the RFC. */
  readonly source: string;
  /** Applies to a whole service, and so not to the template that only creates the bucket. */
  readonly whole?: true;
  readonly check: (subject: Subject) => Iterable<Violation>;
}

/** Disposable stages: their data is not protected. */
export function isDisposable(stage: string): boolean {
  return stage === 'dev' || stage === 'local';
}
