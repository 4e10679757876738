import { configurations } from '@dure/contracts/all-configurations';
import { publish as outgoing } from '@dure/contracts/binding/outbox';
import type { ConfigurationContract } from '@dure/contracts/configuration';
import { ConfigurationPublished } from '@dure/contracts/control-plane';
import * as z from 'zod/mini';
import type { Revision } from '../domain/revision.ts';
import type { Page, PageWish } from '../store/pages.ts';
import type { RevisionStore } from '../store/revision-store.ts';
import { pageOf } from './page-of.ts';
import type { Subject } from './publish.ts';

type Declared = ConfigurationContract;

/** A value that a service declares, with what was published last. */
export interface Configuration {
  readonly declared: Declared;
  readonly newest: Revision | undefined;
}

export const nameOf = ({ owner, name }: Pick<Declared, 'owner' | 'name'>): string => `${owner}/${name}`;

/** What a service declares under a name. */
export const declaredAs = (service: string, name: string): Declared | undefined =>
  configurations.find((it) => it.owner === service && it.name === name);

export const valueOf = ({ owner: service, name }: Declared): Subject => ({
  name: nameOf({ owner: service, name }),
  eventOf: ({ revision, json, why }) =>
    outgoing(ConfigurationPublished, `${service}/${name}`, revision, {
      ...{ service, name, revision, json, why },
    }),
});

export const valueIssues = ({ schema }: Declared, value: unknown): readonly z.core.$ZodIssue[] =>
  z.safeParse(schema, value).error?.issues ?? [];

export async function showConfiguration(store: RevisionStore, declared: Declared): Promise<Configuration> {
  return { declared, newest: await store.newest(nameOf(declared)) };
}

/** What services declare, by service and name; undefined when the cursor is not one of this list. */
export async function listConfiguration(
  store: RevisionStore,
  { service, ...wish }: PageWish & { readonly service?: string | undefined },
): Promise<Page<Configuration> | undefined> {
  const all = configurations.filter(({ owner }) => service === undefined || owner === service);
  const page = pageOf(all, nameOf, wish);
  if (page === undefined) return undefined;
  const newest = await store.newestOf(page.items.map(nameOf));
  return { ...page, items: page.items.map((declared) => ({ declared, newest: newest.get(nameOf(declared)) })) };
}
