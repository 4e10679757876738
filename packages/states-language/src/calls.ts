import type { StateMachineDefinition, States } from './definition.ts';
import { parseResource, type ServiceCall } from './resource.ts';

/** The services that a machine calls, each with the place of its Resource: `/States/Ship/Resource`. */
export function callsOf(definition: StateMachineDefinition): [at: string, call: ServiceCall][] {
  return callsIn(definition, '');
}

function callsIn(machine: States, at: string): [string, ServiceCall][] {
  return Object.entries(machine.States).flatMap(([name, state]): [string, ServiceCall][] => {
    const here = `${at}/States/${name}`;
    const resource = state.Resource === undefined ? undefined : parseResource(state.Resource);
    const own: [string, ServiceCall][] = resource?.kind === 'service' ? [[`${here}/Resource`, resource.call]] : [];
    const branches = (state.Branches ?? []).flatMap((branch, index) => callsIn(branch, `${here}/Branches[${index}]`));
    const processor = state.ItemProcessor ?? state.Iterator;
    return [...own, ...branches, ...(processor === undefined ? [] : callsIn(processor, `${here}/ItemProcessor`))];
  });
}
