import { consumer } from '@dure/contracts/binding/consumer';
import { on } from '@dure/contracts/binding/message';
import { consumes } from '@dure/contracts/contract';
import { ConfigurationPublished, MeshBreakerSet, MeshPolicyPublished } from '@dure/contracts/control-plane';
import { openKeeper } from '@dure/mesh/keep';
import { table } from '../table.ts';

const { keepPolicy, keepBreaker, keepValue } = openKeeper(table);

export const handler = consumer('mesh', [
  on(consumes(MeshPolicyPublished, ['service', 'revision', 'policy']), keepPolicy),
  on(consumes(MeshBreakerSet, ['service', 'revision', 'state', 'until']), keepBreaker),
  on(consumes(ConfigurationPublished, ['service', 'name', 'revision', 'json']), keepValue),
]);
