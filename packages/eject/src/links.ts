import { posix } from 'node:path';

const LINK = /(?<!!)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)/g;

/**
 * A Markdown file without its links to what goes: the words of a link stay, and a row of a table whose first cell is
 * such a link goes.
 * @param file from the root, with forward slashes
 * @param gone whether a path from the root is one that goes
 */
export function withoutLinks(text: string, file: string, gone: (path: string) => boolean): string {
  const isDead = (link: string): boolean => {
    const [path = ''] = link.split('#');
    if (path === '' || /^[a-z][a-z+.-]*:/.test(link)) return false;
    return gone(posix.join(posix.dirname(file), decodeURIComponent(path)));
  };
  return text
    .split('\n')
    .filter((line) => {
      const [, , link] = /^\| *\[([^\]]*)\]\(([^)\s]+)\)/.exec(line) ?? [];
      return link === undefined || !isDead(link);
    })
    .map((line) => line.replaceAll(LINK, (whole, words: string, link: string) => (isDead(link) ? words : whole)))
    .join('\n');
}
