import { posix } from 'node:path';

const LINK = /(?<!!)\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)/g;

/**
 * A Markdown file without links to removed files: the text of a link stays, and a table row that begins with such a
 * link is removed.
 * @param file from the root, with forward slashes
 * @param gone whether a path from the root is removed
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
