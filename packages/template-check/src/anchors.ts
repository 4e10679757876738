const HEADING = /^#{1,6}\s+(.+?)\s*#*$/gm;
const ANCHOR = /<a (?:id|name)="([^"]+)"/g;

/** The anchors of a Markdown page: those that GitHub makes of headings, and explicit ones. */
export function anchorsOf(markdown: string): Set<string> {
  const headings = [...markdown.matchAll(HEADING)].map(([, heading = '']) =>
    heading
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .trim()
      .replaceAll(/\s/g, '-'),
  );
  return new Set([...headings, ...[...markdown.matchAll(ANCHOR)].map(([, id = '']) => id)]);
}
