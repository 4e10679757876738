/**
 * Where an answer goes: the token of the step that waits for it and, where the order decides on the answer, what it
 * decides. Written by checkout.asl.json; opaque to the service that answers.
 */
export interface ReturnAddress {
  readonly token: string;
  /** Omitted where an answer only moves the checkout on, and in executions that began before the order decided on answers. */
  readonly decision?: RequestedDecision;
}

export interface RequestedDecision {
  readonly type: 'confirm' | 'ship' | 'settle';
  /** Of the execution: a carrier's report belongs to another trace and has another actor. */
  readonly context: { readonly correlationId: string; readonly traceparent: string; readonly actor: string };
}

/** Decision, correlation, trace, actor and token. Only an actor may have blanks. */
const WITH_DECISION = /^(confirm|ship|settle) (\S*) (\S*) (.*) (\S+)$/s;

export function readAddress(replyTo: string): ReturnAddress {
  const [, type, correlationId = '', traceparent = '', actor = '', token] = WITH_DECISION.exec(replyTo) ?? [];
  if (token === undefined) return { token: replyTo };
  return {
    token,
    decision: { type: type as RequestedDecision['type'], context: { correlationId, traceparent, actor } },
  };
}
