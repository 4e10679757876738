import { codeBlocks, proseLines } from './markdown.mjs';

/** What a translation must have in common with the original. The order may differ, so these are compared sorted. */
const PARTS = {
  command: commandsOf,
  output: (text) => codeBlocks('', text).flatMap(({ language, text: block }) => (language === 'text' ? [block] : [])),
  link: linksOf,
  comment: (text) => proseLines(text).filter((line) => line.startsWith('<!--')),
  heading: (text) => proseLines(text).flatMap((line) => /^#+(?= )/.exec(line) ?? []),
};

/**
 * Where a translation is not in step with its original: commands of code blocks and of inline code, shown output,
 * links, comments that tools read, and the level of headings. Comments in code blocks may be translated.
 * @param {string} original Markdown
 * @param {string} translation Markdown
 * @returns {string[]}
 */
export function translationProblems(original, translation) {
  return Object.entries(PARTS).flatMap(([part, find]) => {
    const [expected, found] = [find(original), find(translation)];
    return [
      ...without(expected, found).map((one) => `The ${part} "${one.trim()}" is missing.`),
      ...without(found, expected).map((one) => `The ${part} "${one.trim()}" is not in the original.`),
    ];
  });
}

function commandsOf(text) {
  const blocks = codeBlocks('', text).filter(({ language }) => language === 'sh');
  const lines = blocks.flatMap((block) => block.text.split('\n').map((line) => line.replace(/(^|\s)#.*$/, '').trim()));
  const inline = [
    ...proseLines(text)
      .join('\n')
      .matchAll(/`((?:npm|npx|cd|curl|node) [^`]*)`/g),
  ];
  return [...lines, ...inline.map(([, code]) => code.replaceAll(/\s+/g, ' '))].filter((command) => command !== '');
}

/** Each text links to the other one; that link is left out. */
function linksOf(text) {
  const found = [
    ...proseLines(text)
      .join('\n')
      .matchAll(/\[[^\]]*\]\(([^)\s]+)\)/g),
  ];
  return found.map(([, link]) => link).filter((link) => !/^README(\.\w+)?\.md$/.test(link));
}

/** The elements of one list that the other lacks, with repetitions. */
function without(list, other) {
  const rest = [...other];
  return list.filter((one) => {
    const index = rest.indexOf(one);
    if (index !== -1) rest.splice(index, 1);
    return index === -1;
  });
}
