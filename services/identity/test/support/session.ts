import { randomUUID } from 'node:crypto';
import type { Call } from '@dure/contracts/binding/call';
import type { SessionStore } from '../../src/application/sessions.ts';

/** Begins a session as a code does, without a password, which takes its time. */
export async function withSession(
  store: SessionStore,
  call: Call,
  { subject, epoch }: { readonly subject: string; readonly epoch: number },
): Promise<string> {
  const [id, code] = [randomUUID(), randomUUID()];
  const grant = { subject, clientId: 'storefront', scopes: [], roles: ['customer'], epoch };
  const begun = { clientId: 'storefront', redirectUri: '', challenge: '', grant, issuedAt: call.time };
  await store.putCode(code, begun);
  const session = { id, grant, startedAt: call.time, current: randomUUID(), repeats: 0, spent: [], version: 1 };
  await store.begin(call, session, code);
  return id;
}
