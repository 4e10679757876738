import type { DatabaseSync } from 'node:sqlite';
import type { DeployedResource } from './deploy.ts';
import type { Cloud } from '../../services/cloudformation/resource-type.ts';
import { RESOURCE_TYPES } from './resource-types.ts';
import { own } from '../../shared/own-property.ts';

type Key = Pick<DeployedResource, 'service' | 'type' | 'ref'>;

/**
 * Remembers which resources a service's template made, so that a rule that left the template stops delivering.
 * Tables, queues and what else holds data are kept, for the person to delete with `npm run reset`.
 */
export async function removeLeftovers(
  database: DatabaseSync,
  services: readonly string[],
  deployed: readonly DeployedResource[],
  cloud: Cloud,
): Promise<void> {
  database.exec(`CREATE TABLE IF NOT EXISTS cloudformation_resources (
    service TEXT NOT NULL, type TEXT NOT NULL, ref TEXT NOT NULL, PRIMARY KEY (service, type, ref)
  )`);
  const keyOf = ({ service, type, ref }: Key): string => JSON.stringify([service, type, ref]);
  const now = new Set(deployed.map(keyOf));
  const known = database.prepare('SELECT service, type, ref FROM cloudformation_resources').all() as unknown as Key[];
  const forget = database.prepare('DELETE FROM cloudformation_resources WHERE service = ? AND type = ? AND ref = ?');
  for (const { service, type, ref } of known.filter((key) => services.includes(key.service) && !now.has(keyOf(key)))) {
    const remove = own(RESOURCE_TYPES, type)?.remove;
    if (remove !== undefined) {
      await remove(ref, cloud);
      cloud.log('info', `${service} no longer declares ${ref} (${type}): removed.`);
    }
    forget.run(service, type, ref);
  }
  const remember = database.prepare('INSERT OR IGNORE INTO cloudformation_resources VALUES (?, ?, ?)');
  for (const { service, type, ref } of deployed) remember.run(service, type, ref);
}
