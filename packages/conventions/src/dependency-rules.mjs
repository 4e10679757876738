import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { localCloudLayers } from './local-cloud-layers.mjs';

/** Not sources: build output, and templates of tests and new services. */
const LEFT_OUT = '/(node_modules|\\.dure|\\.esbuild|\\.serverless|\\.local|templates|fixtures|generated)/';

/**
 * dependency-cruiser's rules for the repository: no cycles, no package that the importing workspace does not declare,
 * and the layers of the local cloud.
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
      name: 'no-folder-cycles',
      comment: 'Move what both folders need into a third one, or pass it in. Types count too.',
      severity: 'error',
      scope: 'folder',
      from: {},
      to: { circular: true },
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
    ...localCloudLayers(),
  ];
}

/** A workspace imports only the workspaces that its package.json names; its `src` none that only tests need. */
function declaredWorkspaces(root) {
  const workspaces = findWorkspaces(root);
  const folderOf = new Map(workspaces.map(({ name, folder }) => [name, folder]));
  const rule = (folder, from, declared) => ({
    name: `declared-workspaces:${from}`,
    comment: `Add the workspace to ${folder}/package.json.`,
    severity: 'error',
    from: { path: `^${from}/` },
    to: {
      path: '^(packages|services)/',
      pathNot: `^(${[folder, ...declared.flatMap((name) => folderOf.get(name) ?? [])].join('|')})/`,
    },
  });
  return workspaces.flatMap(({ folder, dependencies, devDependencies }) => [
    rule(folder, folder, [...dependencies, ...devDependencies]),
    rule(folder, `${folder}/src`, dependencies),
  ]);
}

/**
 * Workspaces that depend on each other at run time, the first one again at the end.
 * @param {string} root
 * @returns {string[][]}
 */
export function packageCycles(root) {
  const graph = new Map(findWorkspaces(root).map(({ name, dependencies }) => [name, dependencies]));
  const done = new Set();
  const cycles = [];
  const visit = (name, path) => {
    if (path.includes(name)) return void cycles.push([...path.slice(path.indexOf(name)), name]);
    if (done.has(name)) return;
    for (const dependency of graph.get(name) ?? []) visit(dependency, [...path, name]);
    done.add(name);
  };
  for (const name of graph.keys()) visit(name, []);
  return cycles;
}

function findWorkspaces(root) {
  return ['packages', 'services'].flatMap((parent) =>
    readdirSync(join(root, parent), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name: child }) => {
        const folder = `${parent}/${child}`;
        const {
          name,
          dependencies = {},
          devDependencies = {},
        } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
        return { name, folder, dependencies: Object.keys(dependencies), devDependencies: Object.keys(devDependencies) };
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
    tsPreCompilationDeps: true,
    combinedDependencies: true,
  };
}
