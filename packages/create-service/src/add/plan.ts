import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Edits } from '../apply.ts';
import { contractsFolder, formatted, serviceFolder } from '../folders.ts';
import { Refusal } from '../refusal.ts';
import { planConsumer } from './plan-consumer.ts';
import { planEndpoint } from './plan-endpoint.ts';
import { planEvent } from './plan-event.ts';
import { type Change, textOf } from './workspace.ts';

/** One thing to add to a service that exists: `POST /v1/coupons`, `entry-closed` or `orders.OrderCompleted`. */
export interface Addition {
  readonly kind: 'endpoint' | 'event' | 'consumes';
  readonly what: string;
}

/** What an addition makes and changes, and what it is called. */
export interface PlannedAddition {
  readonly edits: Edits;
  readonly name: string;
}

/**
 * What an addition changes, without writing anything. What is there already stays as it is: a second time changes
 * nothing.
 * @throws Refusal when there is no such service, its files have another form, or a name or path means something else
 */
export async function planAddition(root: string, service: string, { kind, what }: Addition): Promise<PlannedAddition> {
  const own = serviceFolder(service);
  const setup = `${own}/test/service.ts`;
  for (const path of [own, contractsFolder(service)]) {
    if (!existsSync(join(root, path)))
      throw new Refusal(`There is no ${path}. Make the service first: npm run new-service ${service}`);
  }
  if (!existsSync(join(root, setup)))
    throw new Refusal(
      `${service} has no ${setup}, by which tests load a service that npm run new-service made. Nothing was changed.`,
    );
  const plan = { endpoint: planEndpoint, event: planEvent, consumes: planConsumer }[kind];
  const { name, files, changes } = await plan(root, service, what);
  return { name, edits: await editsOf(root, files, changes) };
}

async function editsOf(root: string, files: ReadonlyMap<string, string>, changes: readonly Change[]): Promise<Edits> {
  const made = new Map<string, string>();
  for (const [path, text] of files) {
    if (!existsSync(join(root, path))) made.set(path, await formatted(root, path, text, text));
  }
  const changed = new Map<string, string>();
  for (const [path, change] of changes) {
    const before = textOf(root, path);
    const after = change(before);
    if (after !== before) changed.set(path, await formatted(root, path, before, after));
  }
  return { made, changed, removed: [] };
}
