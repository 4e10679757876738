import { ConventionalChangelog } from 'conventional-changelog';
import conventionalCommits from 'conventional-changelog-conventionalcommits';
import { format } from 'prettier';

const INTRODUCTION = `# Changelog

What changed for those who use the system, by release. \`npm run changelog\` writes this file from the
[Conventional Commits](https://www.conventionalcommits.org); do not edit it by hand. Fixes, features, performance and
breaking changes are listed; other commits are not.
`;

/**
 * The release notes of the repository at `root`: one section for each `vX.Y.Z` tag, and "Unreleased" for what came after
 * the last one. The result depends on nothing but the commits and the tags.
 * @param {string} root
 * @returns {Promise<string>} Markdown
 * @example await changelog('/path/to/dure')
 */
export async function changelog(root) {
  const generator = new ConventionalChangelog(root)
    .config(conventionalCommits())
    .package({ name: 'dure', version: 'Unreleased' })
    .repository({})
    .options({ releaseCount: 0 })
    .writer({ headerPartial: HEADER });
  let sections = '';
  for await (const section of generator.write()) sections += section;
  return format(`${INTRODUCTION}\n${sections}`, { parser: 'markdown' });
}

const HEADER = ({ version, date }) => (version === 'Unreleased' ? '## Unreleased' : `## ${version} (${date})`);
