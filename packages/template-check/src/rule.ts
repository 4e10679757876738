import type { Spec } from './spec.ts';
import type { Template } from './template.ts';

/** A place in a template that breaks a rule, and what would be right there. */
export interface Violation {
  /** Logical id, or `Template` for what is missing from the whole. */
  readonly resource: string;
  /** From the resource on: `Properties.RedrivePolicy`. */
  readonly path: string;
  /** A sentence: what would be right. */
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
  /** Whether a request without a body is refused. */
  readonly needsBody: boolean;
  /** Whether its caller signs the request instead of showing a key. */
  readonly signed: boolean;
}

/** A message of the contracts. */
export interface Message {
  /** EventBridge `DetailType`: `StockReserved.v1`. */
  readonly detailType: string;
  /** The services that may put it on the bus. */
  readonly senders: readonly string[];
}

/** Actions for which a resource may have a wildcard, since AWS or the design has nothing finer. */
export interface Wildcard {
  readonly actions: readonly string[];
  /** The ARN as text, wildcard included. */
  readonly resource: RegExp;
  /** The services that may; any, where it says none. */
  readonly services?: readonly string[];
}

/** What a template is judged by besides itself. */
export interface Facts {
  readonly spec: Spec;
  readonly wildcards: readonly Wildcard[];
  readonly archives: readonly Archive[];
  readonly endpoints: readonly Endpoint[];
  /** Of all services. */
  readonly messages: readonly Message[];
  /** Anchors of the headings in the service's README: `dead-letters`. */
  readonly runbook: ReadonlySet<string>;
  /** SSM parameters that the stage's services publish, or that the service's README has a person put. */
  readonly published: ReadonlySet<string>;
  /** Whether a job of the stage takes the dead letters out of every service's queues. */
  readonly collected: boolean;
  /** Whether the stage asks for gradual deployments. */
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
  /** Asks for something that a service as a whole has, so that the template which only makes the bucket is not asked. */
  readonly whole?: true;
  readonly check: (subject: Subject) => Iterable<Violation>;
}

/** Stages that are thrown away: what they hold is not protected. */
export function isDisposable(stage: string): boolean {
  return stage === 'dev' || stage === 'local';
}
