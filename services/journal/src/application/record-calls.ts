import type { CallRecord } from '../domain/call.ts';
import { readCall, serviceOf } from '../domain/call-line.ts';
import { expiryOf } from '../domain/retention.ts';
import type { CallStore } from '../store/call-store.ts';

/** Lines of one log group, as CloudWatch Logs delivers them: each message is JSON. */
export interface LogLines {
  readonly logGroup: string;
  readonly messages: readonly string[];
}

/**
 * Stores the calls that lines of an access log tell. A delivery that comes again replaces what it wrote. A line that is
 * not one of an access log is counted and passed over: it would fail again, and hold up the others.
 */
export async function recordCalls(
  store: CallStore,
  { logGroup, messages }: LogLines,
  { stage, days, now }: { readonly stage: string; readonly days: number; readonly now: string },
): Promise<{ recorded: number; unreadable: number }> {
  const service = serviceOf(logGroup, stage);
  if (service === undefined) return { recorded: 0, unreadable: messages.length };
  const byId = new Map<string, CallRecord>();
  for (const message of messages) {
    const call = readCall(service, parse(message));
    if (call !== undefined) byId.set(call.id, call);
  }
  const calls = [...byId.values()];
  if (calls.length > 0) await store.record(calls, expiryOf(now, days));
  return { recorded: calls.length, unreadable: messages.length - calls.length };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
