import { readManifest } from '@dure/release-gate/read-manifest';
import type { Manifest } from '@dure/release-gate/manifest';
import type { ComposedService } from './compose.ts';
import { type Context, exitCode, runAll } from './run.ts';

/**
 * Packages services, in no order.
 * @returns the exit code if that failed, with its reason printed
 */
export async function packageAll(context: Context, services: readonly ComposedService[]): Promise<number | undefined> {
  const independent = services.map((service) => ({ ...service, dependsOn: [] }));
  const states = await runAll(context, 'package', independent);
  if ([...states.values()].every(({ is }) => is === 'done')) return undefined;
  context.screen.write('Nothing was changed.\n');
  return exitCode(states, context.signal);
}

/** The manifests of services that were packaged. */
export const manifestsOf = (services: readonly ComposedService[], urgent: boolean): Manifest[] =>
  services.map(({ folder }) => readManifest(folder, { urgent }));
