import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** The packages of this repository that functions are made with. */
const DEPLOYED: readonly string[] = [
  ...['contracts', 'compatibility', 'event-patterns', 'mesh', 'service-identity', 'webhooks'],
];

/** One import of a file. */
export interface Reference {
  /** As written: `./store.ts`, `@dure/contracts/values`. */
  readonly specifier: string;
  /** Of a relative import: the file's path from the repository's root, with forward slashes. */
  readonly path?: string;
  /** Only types are imported: nothing of it exists at run time. */
  readonly typeOnly: boolean;
  /** The imported names, as the module exports them. */
  readonly names: readonly string[];
}

interface Boundary {
  readonly files: RegExp;
  /** Why these files may not import this; undefined if they may. `service` is the first group of `files`. */
  readonly refuse: (reference: Reference, service: string, services: readonly string[]) => string | undefined;
}

const AWS_SDK = /^@(aws-sdk|smithy)\//;
/** Libraries that call AWS, wrap handlers, or read the clock or randomness. */
const IMPURE_LIBRARY = /^(@(aws-sdk|smithy|middy|aws-lambda-powertools)\/|uuid(\/|$))/;
/** Connects contracts to AWS at run time. The rest of the contracts package is declarations, and pure. */
const BINDING = /^@dure\/contracts\/binding\//;
/** What contracts are made of: themselves, and the sealing of their cursors, which knows none of them. */
const OF_CONTRACTS = /^@dure\/(contracts\/|sealed-cursors(\/|$))/;
const DYNAMODB = /^@aws-sdk\/(lib|client)-dynamodb$/;
const LAYERS_AROUND_DOMAIN = /\/src\/(?!domain\/)/;

const BOUNDARIES: readonly Boundary[] = [
  {
    files: /^services\/([^/]+)\//,
    refuse: ({ specifier, path }, service, services) => {
      const workspace = workspaceOf(specifier);
      if (workspace !== undefined && workspace !== service && services.includes(workspace)) {
        return 'a service imports nothing from another service: agree on a contract';
      }
      if (path !== undefined && !path.startsWith(`services/${service}/`)) {
        return 'a service imports no file outside its own folder: agree on a contract';
      }
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\//,
    refuse: ({ specifier }, _, services) => {
      const workspace = workspaceOf(specifier);
      if (workspace !== undefined && ![...services, ...DEPLOYED].includes(workspace)) {
        return `a deployed service imports no package for development: of this repository, only ${DEPLOYED.join(', ')}`;
      }
      if (specifier === '@dure/contracts/all-contracts') return 'it bundles all contracts: import those that are used';
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\/domain\//,
    refuse: ({ specifier, path, typeOnly }) => {
      if (IMPURE_LIBRARY.test(specifier)) return 'the domain is pure: no AWS, no clock, no randomness';
      if (isBuiltin(specifier)) return 'the domain is pure: no built-in modules of Node.js';
      if (path !== undefined && LAYERS_AROUND_DOMAIN.test(path))
        return 'the domain imports none of the layers around it';
      if (BINDING.test(specifier) && !typeOnly) {
        return 'the domain is pure: it imports contracts, not their bindings';
      }
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\/(?:application|http|events)\//,
    refuse: ({ specifier }) =>
      AWS_SDK.test(specifier)
        ? 'the AWS SDK stays out of application, http and events: take what is needed as an argument'
        : undefined,
  },
  {
    files: /^services\/([^/]+)\/src\/(?!store(?:\.ts$|\/))/,
    refuse: ({ specifier, typeOnly, names }) =>
      DYNAMODB.test(specifier) && !typeOnly && names.some((name) => !name.endsWith('Client'))
        ? 'only store.ts or store/ talks to DynamoDB'
        : undefined,
  },
  {
    files: /^services\/([^/]+)\/src\/(?!composition\.ts$)/,
    refuse: ({ specifier, names }) =>
      /^(node:)?process$/.test(specifier) && names.some((name) => ['env', 'default', '*'].includes(name))
        ? 'only composition.ts reads the environment'
        : undefined,
  },
  {
    files: /^packages\/(contracts)\/src\//,
    refuse: ({ specifier, path }) => {
      const foreign = specifier.startsWith('@dure/') && !OF_CONTRACTS.test(specifier);
      const outside = path !== undefined && !path.startsWith('packages/contracts/');
      return foreign || outside ? 'contracts import no service and no tool' : undefined;
    },
  },
  {
    files: /^packages\/(contracts)\/src\/contracts\//,
    refuse: ({ path }) =>
      path?.startsWith('packages/contracts/src/binding/') === true
        ? 'a contract is a declaration: it does not import its binding'
        : undefined,
  },
];

/**
 * The reasons why a file may not import this; empty if it may.
 * @param file from the repository's root, with forward slashes
 * @param services the folders in `services/`
 */
export function violations(file: string, reference: Omit<Reference, 'path'>, services: readonly string[]): string[] {
  const relative = reference.specifier.startsWith('.');
  const path = relative ? posix.join(posix.dirname(file), reference.specifier) : undefined;
  return BOUNDARIES.flatMap(({ files, refuse }) => {
    const match = files.exec(file);
    const reason = match === null ? undefined : refuse({ ...reference, path }, match[1] ?? '', services);
    return reason === undefined ? [] : [reason];
  });
}

/** `journal` of `@dure/journal/store`. */
function workspaceOf(specifier: string): string | undefined {
  return /^@dure\/([^/]+)/.exec(specifier)?.[1];
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}
