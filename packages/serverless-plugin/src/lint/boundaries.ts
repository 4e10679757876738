import { builtinModules } from 'node:module';
import { posix } from 'node:path';

/** What a file imports, as the boundaries see it. */
export interface Reference {
  /** As written: `./store.ts`, `@dure/contracts/values`. */
  readonly specifier: string;
  /** Of a relative import: the file's path from the repository's root, with forward slashes. */
  readonly path?: string;
  /** Only types are imported, so that nothing of it is there at run time. */
  readonly typeOnly: boolean;
  /** The names that are imported, as the module calls them. */
  readonly names: readonly string[];
}

interface Boundary {
  readonly files: RegExp;
  /** Why files behind this boundary may not import this, if so. `service` is the first group of `files`. */
  readonly refuse: (reference: Reference, service: string) => string | undefined;
}

const DEVELOPMENT_ONLY = /^@dure\/(local-cloud|serverless-plugin|testing|sandboxes)(\/|$)/;
const SHARED = /^@dure\/(contracts|local-cloud|serverless-plugin|testing|sandboxes)(\/|$)/;
const AWS_SDK = /^@(aws-sdk|smithy)\//;
/** Libraries that talk to AWS, wrap handlers, or hand out time or randomness. */
const IMPURE_LIBRARY = /^(@(aws-sdk|smithy|middy|aws-lambda-powertools)\/|uuid(\/|$))/;
/** What binds contracts to AWS at run time. The rest of the contracts package declares, and is pure. */
const BINDING = /^@dure\/contracts\/binding\//;
const DYNAMODB = /^@aws-sdk\/(lib|client)-dynamodb$/;
const LAYERS_AROUND_DOMAIN = /\/src\/(?!domain\/)/;

const BOUNDARIES: readonly Boundary[] = [
  {
    files: /^services\/([^/]+)\//,
    refuse: ({ specifier, path }, service) => {
      const own = new RegExp(`^@dure/${service}(/|$)`);
      if (specifier.startsWith('@dure/') && !SHARED.test(specifier) && !own.test(specifier)) {
        return 'a service imports nothing from a sibling: agree on a contract';
      }
      if (path !== undefined && !path.startsWith(`services/${service}/`)) {
        return 'a service imports no file outside its own folder: agree on a contract';
      }
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\//,
    refuse: ({ specifier }) => {
      if (DEVELOPMENT_ONLY.test(specifier)) return 'a deployed service imports nothing that is for development only';
      if (specifier === '@dure/contracts/all-contracts') return 'it holds all contracts: import the ones used';
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\/domain\//,
    refuse: ({ specifier, path, typeOnly }) => {
      if (IMPURE_LIBRARY.test(specifier)) return 'the domain is pure: no AWS, no clock, no randomness';
      if (isBuiltin(specifier)) return 'the domain is pure: none of Node’s modules';
      if (path !== undefined && LAYERS_AROUND_DOMAIN.test(path)) return 'the domain knows nothing of what is around it';
      if (BINDING.test(specifier) && !typeOnly) {
        return 'the domain is pure: of the contracts it uses declarations, not bindings';
      }
      return undefined;
    },
  },
  {
    files: /^services\/([^/]+)\/src\/(?:application|http|events)\//,
    refuse: ({ specifier }) =>
      AWS_SDK.test(specifier)
        ? 'the AWS SDK belongs to store.ts and composition.ts; take what is needed as an argument'
        : undefined,
  },
  {
    files: /^services\/([^/]+)\/src\/(?!store(?:\.ts$|\/))/,
    refuse: ({ specifier, typeOnly, names }) =>
      DYNAMODB.test(specifier) && !typeOnly && names.some((name) => !name.endsWith('Client'))
        ? 'store.ts alone talks to DynamoDB'
        : undefined,
  },
  {
    files: /^services\/([^/]+)\/src\/(?!composition\.ts$)/,
    refuse: ({ specifier, names }) =>
      /^(node:)?process$/.test(specifier) && names.some((name) => ['env', 'default', '*'].includes(name))
        ? 'composition.ts alone reads the environment'
        : undefined,
  },
  {
    files: /^packages\/(contracts)\/src\//,
    refuse: ({ specifier, path }) => {
      const foreign = specifier.startsWith('@dure/') && !specifier.startsWith('@dure/contracts/');
      const outside = path !== undefined && !path.startsWith('packages/contracts/');
      return foreign || outside ? 'the contracts know no service and no tool' : undefined;
    },
  },
  {
    files: /^packages\/(contracts)\/src\/contracts\//,
    refuse: ({ path }) =>
      path?.startsWith('packages/contracts/src/binding/') === true
        ? 'a contract declares, whatever binds it: it imports nothing of the binding'
        : undefined,
  },
];

/**
 * Why `file` (from the root, with forward slashes) may not import this; empty if it may.
 */
export function violations(file: string, reference: Omit<Reference, 'path'>): string[] {
  const relative = reference.specifier.startsWith('.');
  const path = relative ? posix.join(posix.dirname(file), reference.specifier) : undefined;
  return BOUNDARIES.flatMap(({ files, refuse }) => {
    const match = files.exec(file);
    const reason = match === null ? undefined : refuse({ ...reference, path }, match[1] ?? '');
    return reason === undefined ? [] : [reason];
  });
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}
