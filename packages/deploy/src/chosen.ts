import { makeMockFolder } from '@dure/local-cloud/workspace/mock-services';
import { type ComposedService, readCompose } from './compose.ts';
import type { Options } from './options.ts';
import { reversed, select } from './order.ts';

/** The services of a command, and all that there are, with mocks in the place of those that it names. */
export interface Chosen {
  readonly all: readonly ComposedService[];
  readonly selected: readonly ComposedService[];
}

/**
 * Those that `--services` names and the mocks that `--mock` names; all without either. A mock depends on none, and needs
 * no folder in the workspace.
 * @throws DeployError that lists the services, if one is unknown
 */
export function chosen(root: string, { only, mock = [] }: Options, { last = false } = {}): Chosen {
  const mocks = [...new Set(mock)].map((name) => ({ name, folder: makeMockFolder(root, name), dependsOn: [] }));
  const all = [...readCompose(root).filter(({ name }) => !mock.includes(name)), ...mocks];
  const names = only === undefined && mocks.length === 0 ? undefined : [...(only ?? []), ...mock];
  return { all, selected: select(last ? reversed(all) : all, names) };
}
