import type { Contract, EventContract } from '@dure/contracts/contract';
import { serviceFolder } from '../folders.ts';
import { camelCase, kebabCase, pascalCase } from '../names.ts';
import { Refusal } from '../refusal.ts';
import { consumerFiles } from './consumer-files.ts';
import { addStore, addToFunction, addToList } from './insert.ts';
import { allContracts, type Plan, textOf } from './workspace.ts';

/**
 * Adds a consumer that keeps a copy of what an event says.
 * @param message such as `orders.OrderCompleted`
 */
export async function planConsumer(root: string, service: string, message: string): Promise<Plan> {
  const [, owner = '', name = '', major] = /^([a-z0-9-]+)[./]([A-Z]\w*)(?:\.v(\d+))?$/.exec(message) ?? [];
  if (name === '')
    throw new Refusal(`"${message}" is no event. Write its owner and name, such as orders.OrderCompleted.`);
  const contract = findEvent(await allContracts(root), owner, name, Number(major ?? 1));
  const event = kebabCase(name);
  const own = serviceFolder(service);
  const [index, composition, yaml] = [
    `${own}/src/events/index.ts`,
    `${own}/src/composition.ts`,
    `${own}/serverless.yml`,
  ];
  const [copies, Copies] = [`${camelCase(event)}Copies`, `${pascalCase(event)}Copies`];
  const handler = `${own}/src/events/${event}.handler.ts`;
  const item = owner === service ? contract.detailType : `${owner}/${contract.detailType}`;
  const text = textOf(root, handler);
  const isOther = text === '' ? textOf(root, yaml).includes(item) : !text.includes(`keep${pascalCase(event)}(`);
  if (isOther) throw new Refusal(`${service} consumes ${item} already: ${yaml}. Nothing was changed.`);
  return {
    name,
    files: consumerFiles(service, { owner, name, fields: fieldsOf(contract) }),
    changes: [
      [composition, (text) => addStore(text, composition, copies, `create${Copies}`, `./store/${event}-copies.ts`)],
      [
        index,
        (text) =>
          addToList(text, index, /\bconsumer\('[^']*', /, `${camelCase(event)}Handler`, `./${event}.handler.ts`),
      ],
      [yaml, (text) => addToFunction(text, yaml, 'src/events/index.handler', 'consumes', item)],
    ],
  };
}

function findEvent(contracts: readonly Contract[], owner: string, name: string, major: number): EventContract {
  const owned = contracts.filter((it) => it.owner === owner);
  if (owned.length === 0) {
    const owners = [...new Set(contracts.map((it) => it.owner))].sort().join(', ');
    throw new Refusal(`There is no service "${owner}" with contracts. There are ${owners}. Nothing was changed.`);
  }
  const events = owned.filter((it): it is EventContract => it.kind === 'event');
  const found = events.find((it) => it.name === name && it.major === major);
  if (found !== undefined) return found;
  if (owned.some((it) => it.kind === 'command' && it.name === name))
    throw new Refusal(`${name} is a command, which ${owner} carries out alone. Nothing was changed.`);
  const names = events.map((it) => it.detailType).join(', ') || 'none';
  throw new Refusal(`${owner} has no event ${name}.v${major}. Its events: ${names}. Nothing was changed.`);
}

function fieldsOf({ schema, detailType }: EventContract): string[] {
  const { shape } = schema as { readonly shape?: Readonly<Record<string, unknown>> };
  if (shape === undefined)
    throw new Refusal(`${detailType} has data of several forms: write its consumer by hand. Nothing was changed.`);
  return Object.keys(shape);
}
