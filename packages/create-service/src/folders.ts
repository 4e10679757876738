import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';

export const serviceFolder = (service: string) => `services/${service}`;
export const contractsFolder = (service: string) => `packages/contracts/src/contracts/${service}`;

/** Formatted as its configuration says. A file that was not formatted `before` keeps its form. */
export async function formatted(root: string, path: string, before: string, text: string): Promise<string> {
  const filepath = join(root, ...path.split('/'));
  const options = { ...(await resolveConfig(filepath)), filepath };
  const wasFormatted = before === text || (await format(before, options)) === before;
  return wasFormatted ? format(text, options) : text;
}
