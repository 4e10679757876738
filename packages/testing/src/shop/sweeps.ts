import type { Cloud } from '../cloud.ts';

/**
 * Does now what the schedules of all services, or of one, do every minute, and answers what each said. The local cloud
 * alone can be asked to.
 */
export async function sweep(cloud: Cloud, service?: string): Promise<unknown[]> {
  const { functions } = (await cloud.view('functions')) as { functions: { name: string; service: string }[] };
  const sweeps = functions.filter((one) => one.name.endsWith('-sweep') && (service ?? one.service) === one.service);
  if (sweeps.length === 0) throw new Error(`${cloud.url} has no sweep${service ? ` of ${service}` : ''}.`);
  return Promise.all(sweeps.map(({ name }) => cloud.invoke(name)));
}
