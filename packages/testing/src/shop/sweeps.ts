import type { Cloud } from '../cloud.ts';

/**
 * Runs the sweeps of all services, or of one, which otherwise run every minute; returns their results. Only the local cloud
 * supports this.
 */
export async function sweep(cloud: Cloud, service?: string): Promise<unknown[]> {
  const { functions } = (await cloud.view('functions')) as { functions: { name: string; service: string }[] };
  const sweeps = functions.filter((one) => one.name.endsWith('-sweep') && (service ?? one.service) === one.service);
  if (sweeps.length === 0) throw new Error(`${cloud.url} has no sweep${service ? ` of ${service}` : ''}.`);
  return Promise.all(sweeps.map(({ name }) => cloud.invoke(name)));
}
