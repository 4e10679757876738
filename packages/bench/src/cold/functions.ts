import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROOT } from '../support/machine.ts';

/** The handlers and triggers in a serverless.yml. */
interface ServiceFile {
  readonly params?: { readonly default?: Readonly<Record<string, string>> };
  readonly functions?: Readonly<Record<string, FunctionFile>>;
  readonly custom?: { readonly dure?: { readonly indexes?: readonly Index[] } };
}

export interface Index {
  readonly name: string;
  readonly pk: string;
  readonly sk?: string;
}

export interface FunctionFile {
  readonly handler: string;
  readonly endpoints?: readonly string[];
  readonly consumes?: readonly (string | { readonly message: string })[];
  readonly relay?: boolean;
  readonly environment?: Readonly<Record<string, unknown>>;
  readonly stream?: { readonly filter: { readonly dynamodb?: { readonly NewImage?: StreamedImage } } };
}

interface StreamedImage {
  readonly type?: { readonly S: readonly string[] };
}

/** A function of a service, as its serverless.yml has it. */
export interface ServiceFunction {
  /** `orders/api` */
  readonly name: string;
  readonly service: string;
  readonly serviceDir: string;
  readonly file: FunctionFile;
}

export const SERVICES = join(ROOT, 'services');

/** All functions of all services, in the order of their names and files. */
export function serviceFunctions(folder = SERVICES): ServiceFunction[] {
  return readdirSync(folder)
    .sort()
    .filter((service) => existsSync(join(folder, service, 'serverless.yml')))
    .flatMap((service) => {
      const serviceDir = join(folder, service);
      return Object.entries(readServiceFile(serviceDir).functions ?? {}).map(([key, file]) => ({
        name: `${service}/${key}`,
        service,
        serviceDir,
        file,
      }));
    });
}

export const indexesOf = (serviceDir: string): readonly Index[] =>
  readServiceFile(serviceDir).custom?.dure?.indexes ?? [];

/** CloudFormation's tags (`!Ref`) are ignored, and parameters (`${param:name}`) have their defaults. */
function readServiceFile(serviceDir: string): ServiceFile {
  const text = readFileSync(join(serviceDir, 'serverless.yml'), 'utf8');
  const read = (yaml: string) => parse(yaml, { logLevel: 'silent' }) as ServiceFile;
  const defaults = read(text).params?.default ?? {};
  return read(text.replace(/\$\{param:(\w+)\}/g, (whole, name: string) => defaults[name] ?? whole));
}
