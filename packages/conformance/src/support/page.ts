import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` of a page. */
export function writeSection(page: string, name: string, section: string): void {
  writeFileSync(page, withSection(readFileSync(page, 'utf8'), name, section));
}

/** @throws {Error} where the page has no such section */
export function withSection(markdown: string, name: string, section: string): string {
  const [start, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [markdown.indexOf(start), markdown.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`The page has no section "${name}": ${start} … ${end}.`);
  return `${markdown.slice(0, from + start.length)}\n\n${section}\n\n${markdown.slice(to)}`;
}
