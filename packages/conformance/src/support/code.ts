const LONGEST = 200;

/** Ids that differ from run to run, and folders of one machine. */
const RANDOM = /\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|(?<=-)[0-9a-f]{8}\b|(?<=^|\s|["'(])\/(?:\w[\w.@+-]*\/)+/g;

/** One line, as code. */
export function code(text: string): string {
  const line = text.replace(RANDOM, '…').replace(/\s+/g, ' ').replaceAll('`', "'").trim();
  return `\`${line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line}\``;
}
