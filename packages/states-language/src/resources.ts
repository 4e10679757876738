import type { State, StateMachineDefinition, States } from './definition.ts';
import { isDistributed } from './distributed-map.ts';
import { parseResource, type TaskResource } from './resource.ts';

/** What the tasks of a machine name, each with the place of its Resource: `/States/Ship/Resource`. */
export function resourcesOf(definition: StateMachineDefinition): { at: string; resource: TaskResource }[] {
  return statesIn(definition, '').flatMap(({ at, state }) => {
    const resource = state.Resource === undefined ? undefined : parseResource(state.Resource);
    return resource === undefined ? [] : [{ at: `${at}/Resource`, resource }];
  });
}

/** The places of the Map states in distributed mode. */
export function distributedMapsOf(definition: StateMachineDefinition): string[] {
  return statesIn(definition, '')
    .filter(({ state }) => isDistributed(state.ItemProcessor ?? state.Iterator))
    .map(({ at }) => at);
}

/** All states of a machine, those of branches and iterations too, with their places. */
export function statesIn(machine: States, at: string): { at: string; name: string; state: State }[] {
  return Object.entries(machine.States).flatMap(([name, state]) => {
    const here = `${at}/States/${name}`;
    const branches = (state.Branches ?? []).flatMap((branch, index) => statesIn(branch, `${here}/Branches[${index}]`));
    const field = state.ItemProcessor === undefined ? 'Iterator' : 'ItemProcessor';
    const processor = state[field];
    return [
      { at: here, name, state },
      ...branches,
      ...(processor === undefined ? [] : statesIn(processor, `${here}/${field}`)),
    ];
  });
}
