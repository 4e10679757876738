/** A marker on its own line, in a comment of Markdown, YAML or TypeScript. */
const BEGIN = /^[ \t]*(?:<!--|#|\/\/) shop(?: -->)?$/;
const END = /^[ \t]*(?:<!--|#|\/\/) \/shop(?: -->)?$/;

/**
 * A text without the parts between the lines `<!-- shop -->` and `<!-- /shop -->` (`# shop`, `// shop`), and without
 * these lines.
 * @throws Error that names the line of a marker without its counterpart
 */
export function withoutMarked(text: string): string {
  const kept: string[] = [];
  let since: number | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (BEGIN.test(line)) {
      if (since !== undefined) throw new Error(`line ${index + 1}: the mark of line ${since} has no end.`);
      since = index + 1;
    } else if (END.test(line)) {
      if (since === undefined) throw new Error(`line ${index + 1}: this mark ends nothing.`);
      since = undefined;
      // Removes one of the empty lines around the mark.
      if (kept.at(-1) === '') kept.pop();
    } else if (since === undefined) kept.push(line);
  }
  if (since !== undefined) throw new Error(`line ${since}: the mark has no end.`);
  return kept.join('\n');
}
