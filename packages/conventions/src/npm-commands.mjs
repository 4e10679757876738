import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const COMMAND = /\bnpm (?:run (?:--silent )?([\w:-]+)|(start|test)\b)([^|;&)>#\n]*)/g;
const FOLDER_OF_SERVICES = 'services';

/**
 * The npm scripts that a text calls.
 * @param {string} code
 * @returns {import('./npm-commands.mjs').NpmCommand[]}
 * @example npmCommands('npm start -- --services orders')
 * // [{ script: 'start', parameters: ['--services', 'orders'], kept: [] }]
 */
export function npmCommands(code) {
  return [...code.matchAll(COMMAND)].map(([, named, short, rest]) => {
    const words = rest.split(/\s+/).filter((word) => word !== '');
    const divider = words.indexOf('--');
    const before = divider === -1 ? words : words.slice(0, divider);
    const parameters = divider === -1 ? [] : words.slice(divider + 1);
    return {
      script: named ?? short,
      parameters: [...before.filter((word) => !word.startsWith('-')), ...parameters],
      kept: before.filter((word) => word.startsWith('-')),
    };
  });
}

/**
 * What does not match the script's help: an unknown option or word, or a service or path that does not exist.
 * @param {string} root
 * @param {import('./npm-commands.mjs').NpmCommand} command
 * @param {string} help what the script prints for `--help`
 * @returns {string[]}
 */
export function commandProblems(root, { script, parameters, kept }, help) {
  const problems = kept.map((option) => `npm keeps ${option} for itself: write "-- ${option}".`);
  const takesNames = new RegExp(`npm run ${script} [A-Z]+`).test(help);
  const takesServices = help.includes(`npm run ${script} -- [SERVICE`);
  for (const [index, word] of parameters.entries()) {
    const option = parameters[index - 1];
    if (word.startsWith('-')) {
      if (!names(help, word)) problems.push(`npm run ${script} has no option ${word}.`);
    } else if (option === '--services') problems.push(...unknownServices(root, word));
    else if (word.startsWith('packages/') || word.startsWith('services/')) {
      if (!existsSync(join(root, word))) problems.push(`${word} does not exist.`);
    } else if (takesServices && !option?.startsWith('--')) problems.push(...unknownServices(root, word));
    else if (!option?.startsWith('--') && !takesNames && !names(help, word))
      problems.push(`npm run ${script} does not know "${word}".`);
  }
  return problems;
}

/** Whether the help contains a word, or an option with a value. */
const names = (help, word) =>
  help.split(/[\s,|[\]()]+/).includes(word) || (word === '-t' && help.includes('jest options'));

function unknownServices(root, names) {
  const services = readdirSync(join(root, FOLDER_OF_SERVICES));
  return names
    .split(',')
    .filter((name) => !services.includes(name))
    .map((name) => `There is no service "${name}".`);
}
