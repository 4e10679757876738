import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = 'docs/decisions';
const FILE = /^(\d{4})-[a-z0-9-]+\.md$/;
const TITLE = /^# (\d+)\. (.+)$/;
const FACTS = /^(\d{4}-\d{2}-\d{2}) · (accepted|superseded by \[\d+\]\(\d{4}-[a-z0-9-]+\.md\))$/;
const PARTS = ['**Context.**', '**Choice.**', '**Consequence.**'];

const INTRODUCTION = `# Decisions

Each decision is a short file: context, choice and consequence. To change a decision, add a new file that names the old one
and set the status of the old one. This index is generated: \`node packages/conventions/src/cli.mjs decisions --write\`.
`;

/**
 * The decisions below `root`, in order, and what is wrong with their form.
 * @param {string} root
 * @returns {{ index: string, problems: string[] }} `index`: the text that docs/decisions/README.md should have
 */
export function readDecisions(root) {
  const problems = [];
  const rows = [];
  const files = readdirSync(join(root, FOLDER)).filter((name) => name !== 'README.md');
  for (const file of files.sort()) {
    const number = Number(FILE.exec(file)?.[1]);
    const lines = readFileSync(join(root, FOLDER, file), 'utf8').split('\n');
    const [, titled, title = ''] = TITLE.exec(lines[0] ?? '') ?? [];
    const [, date = '', status = ''] = FACTS.exec(lines[2] ?? '') ?? [];
    const complain = (problem) => problems.push(`${FOLDER}/${file}: ${problem}`);
    if (Number.isNaN(number)) complain('its name should be NNNN-words-of-the-title.md.');
    if (Number(titled) !== number) complain(`its first line should be "# ${number}. Title".`);
    if (date === '')
      complain('its third line should be "2026-11-28 · accepted" or "2026-11-28 · superseded by [N](file)".');
    for (const part of PARTS.filter((name) => !lines.some((line) => line.startsWith(name))))
      complain(`it has no ${part}`);
    if (rows.some((row) => row.number === number)) complain(`another decision has the number ${number}.`);
    rows.push({ number, title, date, status, file });
  }
  const table = rows.map(
    ({ number, title, date, status, file }) => `- ${number}. [${title}](${file}), ${date}, ${status}`,
  );
  return { index: `${INTRODUCTION}\n${table.join('\n')}\n`, problems };
}
