import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { contractsFolder, serviceFolder } from '../folders.ts';
import { kebabCase, pascalCase } from '../names.ts';
import { Refusal } from '../refusal.ts';
import { eventFiles } from './event-files.ts';
import { addExport, addToEvents } from './insert.ts';
import { type Plan, textOf } from './workspace.ts';

/**
 * Adds an event of what a service keeps by its rules.
 * @param name such as `entry-closed`
 */
export function planEvent(root: string, service: string, name: string): Plan {
  const domain = `${serviceFolder(service)}/src/domain`;
  const aggregates = readdirSync(join(root, domain)).flatMap((file) => /^(.+)-events\.ts$/.exec(file)?.[1] ?? []);
  if (aggregates.length === 0)
    throw new Refusal(`${domain} has no file …-events.ts, which lists the events of a service. Nothing was changed.`);
  const event = kebabCase(name);
  const aggregate = aggregates.find((it) => event.startsWith(`${it}-`));
  if (aggregate === undefined || !/^[a-z]+(-[a-z]+)+$/.test(event))
    throw new Refusal(
      `An event is called after what it happened to, in the past: ${aggregates.map((it) => `${it}-closed`).join(' or ')}, and not "${name}". Nothing was changed.`,
    );
  const Event = pascalCase(event);
  if (`dure-production-${service}-events-${Event}-v1`.length > 64)
    throw new Refusal(`"${name}" is too long: AWS takes 64 characters for the name of a rule. Nothing was changed.`);
  const contract = `${contractsFolder(service)}/${event}.ts`;
  if (textOf(root, contract) !== '' && textOf(root, `${domain}/${event}.ts`) === '')
    throw new Refusal(`${Event} is an event of ${service} already: ${contract}. Nothing was changed.`);
  const list = `${domain}/${aggregate}-events.ts`;
  return {
    name: Event,
    files: eventFiles(service, aggregate, event),
    changes: [
      [`${contractsFolder(service)}/index.ts`, (text) => addExport(text, `${event}.ts`)],
      [list, (text) => addToEvents(text, list, Event, service)],
    ],
  };
}
