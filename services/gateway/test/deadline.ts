import { beginCall } from '@dure/contracts/binding/call';
import { openKeeper } from '@dure/mesh/keep';

/** Publishes how long a view may take, and takes it up, as the environment of this test file does. */
export async function deadlineOf(value: number): Promise<void> {
  const { published, table } = await import('../src/composition.ts');
  const data = { service: 'gateway', name: 'view-deadline', revision: 1, json: String(value) };
  const message = { id: '', subject: 'gateway/view-deadline', sequence: 1, time: '', type: '', data };
  await openKeeper(table).keepValue(message, beginCall());
  await published.refresh();
}
