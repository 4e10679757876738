import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { markdownFiles, proseLines } from './markdown.mjs';

const LINK = /(?<!!)\[[^\]]*\]\(([^)\s]+)\)/g;

/** @typedef {{ file: string, line: number, link: string, problem: string }} DeadLink */

/**
 * Links of the repository's Markdown files to a file or a heading that does not exist. Other sites are not requested.
 * @param {string} root
 * @returns {{ files: number, links: number, dead: DeadLink[] }}
 */
export function checkLinks(root) {
  const files = markdownFiles(root);
  const links = files.flatMap((file) => linksOf(root, file));
  const dead = links.flatMap((link) => {
    const problem = problemOf(root, link);
    return problem === undefined ? [] : [{ ...link, problem }];
  });
  return { files: files.length, links: links.length, dead };
}

function linksOf(root, file) {
  const prose = textLines(join(root, file)).join('\n');
  const found = [...prose.matchAll(LINK)].map((match) => ({ link: match[1], line: lineAt(prose, match.index) }));
  return found.filter(({ link }) => !/^[a-z][a-z+.-]*:/.test(link)).map(({ link, line }) => ({ file, line, link }));
}

const lineAt = (text, index) => text.slice(0, index).split('\n').length;

const textLines = (path) => proseLines(readFileSync(path, 'utf8'));

function problemOf(root, { file, link }) {
  const [path = '', anchor] = decodeURIComponent(link).split('#');
  const target = path === '' ? join(root, file) : resolve(root, dirname(file), path);
  if (relative(root, target).startsWith('..')) return 'leads out of the repository';
  if (!existsSync(target)) return 'there is no such file';
  if (anchor === undefined || statSync(target).isDirectory() || !target.endsWith('.md')) return undefined;
  return headingsOf(target).has(anchor) ? undefined : 'there is no such heading';
}

/** GitHub's anchors: lower case, spaces to hyphens, without other signs, with a number for a repeated name. */
function headingsOf(path) {
  const anchors = new Set();
  for (const line of textLines(path)) {
    const [, title] = /^#{1,6} (.+)$/.exec(line) ?? [];
    if (title === undefined) continue;
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
    const anchor = plain
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replace(/\s/g, '-');
    let unique = anchor;
    for (let count = 1; anchors.has(unique); count += 1) unique = `${anchor}-${count}`;
    anchors.add(unique);
  }
  return anchors;
}
