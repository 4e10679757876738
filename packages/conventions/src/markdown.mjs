import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const OPENING = /^( *)(`{3,}|~{3,})(\S*) *(.*)$/;
const RUN_BY = /^ *<!-- run by (\S+) -->$/;
const ALL_RUN_BY = /^<!-- every block is run by (\S+) -->$/m;

/**
 * The paths of the repository's Markdown files, without the templates of new services.
 * @param {string} root
 */
export function markdownFiles(root) {
  const parameters = ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'];
  return execFileSync('git', parameters, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !file.includes('/templates/') && existsSync(join(root, file)));
}

/**
 * The fenced code blocks of a Markdown text, in their order.
 * @param {string} file names the text in the result and in errors
 * @param {string} markdown
 * @returns {import('./markdown.mjs').CodeBlock[]}
 * @throws {Error} when a block is never closed
 * @example codeBlocks('a.md', '```sh aws\naws sts get-caller-identity\n```\n')
 */
export function codeBlocks(file, markdown) {
  const lines = linesOf(markdown);
  const [, allRunBy] = ALL_RUN_BY.exec(markdown) ?? [];
  return fences(file, lines).map(({ start, end, indent, language, info }) => {
    const before = lines.slice(0, start).findLast((line) => line.trim() !== '') ?? '';
    const [, runBy = allRunBy] = RUN_BY.exec(before) ?? [];
    const text = lines.slice(start + 1, end).map((line) => `${line.slice(indent.length)}\n`);
    const words = info.split(' ').filter((word) => word !== '');
    return { file, line: start + 1, language, words, text: text.join(''), runBy };
  });
}

/**
 * The lines of a Markdown text; those of code blocks are empty, so that line numbers stay.
 * @param {string} markdown
 */
export function proseLines(markdown) {
  const lines = linesOf(markdown);
  for (const { start, end } of fences('', lines)) lines.fill('', start, end + 1);
  return lines;
}

function fences(file, lines) {
  const found = [];
  for (let start = 0; start < lines.length; start += 1) {
    const [opening, indent = '', fence = '', language = '', info = ''] = OPENING.exec(lines[start]) ?? [];
    if (opening === undefined) continue;
    const end = lines.indexOf(`${indent}${fence}`, start + 1);
    if (end === -1) throw new Error(`${file}:${start + 1}: this code block is never closed.`);
    found.push({ start, end, indent, language, info });
    start = end;
  }
  return found;
}

const linesOf = (markdown) => markdown.replaceAll('\r\n', '\n').split('\n');
