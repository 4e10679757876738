import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is not a source of the repository: what is built, and what tests and new services are made from. */
const LEFT_OUT = '/(node_modules|\\.esbuild|\\.serverless|\\.local|templates|fixtures|generated)/';

/**
 * dependency-cruiser's rules for a workspace: no cycles, and no package that the importing workspace does not declare.
 * @param {string} root folder of the root package.json
 * @returns {import('dependency-cruiser').IForbiddenRuleType[]}
 * Source: https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md
 */
export function forbidden(root) {
  return [
    {
      name: 'no-cycles',
      comment: 'Move what both files need into a third file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'declared-packages',
      comment: 'Add the package to the package.json of the workspace that imports it, or to the root.',
      severity: 'error',
      from: {},
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment: 'Correct the path, or install the package.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    ...declaredWorkspaces(root),
  ];
}

/** A workspace imports only the workspaces that its package.json names. */
function declaredWorkspaces(root) {
  const workspaces = findWorkspaces(root);
  const folderOf = new Map(workspaces.map(({ name, folder }) => [name, folder]));
  return workspaces.map(({ folder, declared }) => {
    const allowed = [folder, ...declared.flatMap((name) => folderOf.get(name) ?? [])];
    return {
      name: `declared-workspaces:${folder}`,
      comment: `Add the workspace to ${folder}/package.json.`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { path: '^(packages|services)/', pathNot: `^(${allowed.join('|')})/` },
    };
  });
}

function findWorkspaces(root) {
  return ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name: child }) => {
        const folder = `${parent}/${child}`;
        const { name, dependencies, devDependencies } = JSON.parse(
          readFileSync(join(root, folder, 'package.json'), 'utf8'),
        );
        return { name, folder, declared: Object.keys({ ...dependencies, ...devDependencies }) };
      }),
  );
}

/**
 * @param {string} root
 * @returns {import('dependency-cruiser').ICruiseOptions}
 */
export function cruiseOptions(root) {
  return {
    baseDir: root,
    validate: true,
    ruleSet: { forbidden: forbidden(root) },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: LEFT_OUT },
    tsPreCompilationDeps: 'specify',
    combinedDependencies: true,
  };
}
