import { cruise } from 'dependency-cruiser';
import { cruiseOptions, packageCycles } from './dependency-rules.mjs';

/** @typedef {{ rule: string, from: string, to: string, remedy: string }} Violation */

/**
 * Every import of the repository's sources that breaks a rule of `dependency-rules.mjs`.
 * @param {string} root folder of the root package.json
 * @returns {Promise<{ modules: number, violations: Violation[] }>}
 * @throws Error when nothing was there to check
 */
export async function checkDependencies(root) {
  const options = cruiseOptions(root);
  const remedies = new Map(options.ruleSet?.forbidden?.map(({ name, comment }) => [name, comment]));
  const { output } = await cruise(['packages', 'services', 'scripts'], options, {
    exportsFields: ['exports'],
    conditionNames: ['import', 'node', 'default', 'types'],
    extensions: ['.ts', '.mjs', '.js', '.json', '.d.ts'],
  });
  const { violations, totalCruised } = output.summary;
  if (totalCruised === 0) throw new Error(`There are no sources below ${root}.`);
  const imports = violations.map(({ rule, from, to, cycle }) => ({
    rule: rule.name.split(':')[0],
    from,
    to: cycle === undefined ? to : cycle.map(({ name }) => name).join(' → '),
    remedy: remedies.get(rule.name) ?? '',
  }));
  const packages = packageCycles(root).map(([from, ...to]) => ({
    rule: 'no-package-cycles',
    from,
    to: to.join(' → '),
    remedy: 'Move what both packages need into one of them, or into a third one.',
  }));
  return { modules: totalCruised, violations: [...imports, ...packages] };
}
