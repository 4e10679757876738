import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { lintWorkflows } from '../src/workflows/lint-workflows.ts';
import { workspace } from './workspace.ts';

const WORKFLOWS = join(import.meta.dirname, '..', '..', '..', '.github', 'workflows');

const GOOD = `on: push
permissions:
  contents: read
jobs:
  one:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
      - run: echo hello
`;

async function findings(workflow: string): Promise<string[]> {
  return lintWorkflows(await workspace({ 'it.yml': workflow }));
}

describe('the linter of workflows', () => {
  it('finds nothing in those of this repository', async () => {
    expect(await lintWorkflows(WORKFLOWS)).toEqual([]);
    expect(await findings(GOOD)).toEqual([]);
  });

  it.each([
    ['permissions', 'contents: read', ['attestations: write', 'artifact-metadata: write', 'models: read']],
    [
      'runners',
      'ubuntu-24.04',
      ['ubuntu-24.04-arm', 'ubuntu-slim', 'windows-2025', 'windows-11-arm', 'macos-15-intel'],
    ],
  ])('accepts %s that are newer than it', async (_, old, newer) => {
    for (const one of newer) expect({ one, found: await findings(GOOD.replace(old, one)) }).toEqual({ one, found: [] });
  });

  it.each([
    [
      'a property that no context has',
      GOOD.replace('hello', '${{ github.nothing }}'),
      'it.yml:9:23: property "nothing" is not defined',
    ],
    [
      'a job that needs a missing one',
      GOOD.replace('    runs-on', '    needs: two\n    runs-on'),
      'job "one" needs job "two"',
    ],
    ['a runner that there is not', GOOD.replace('24.04', '24.05'), 'label "ubuntu-24.05" is unknown'],
    ['a runner that is retired', GOOD.replace('24.04', '20.04'), 'it.yml:6:5: "ubuntu-20.04" is retired'],
    ['a scope that there is not', GOOD.replace('contents', 'attestation'), 'unknown permission scope "attestation"'],
    [
      'a permission that a newer scope does not have',
      GOOD.replace('contents: read', 'models: write'),
      'it.yml:3:3: "write" is no permission of "models": read, none',
    ],
    ['a key in the wrong place', GOOD.replace('      - run:', '      - runs:'), 'it.yml:9:9: unexpected key "runs"'],
    ['an action by its tag', GOOD.replace(/@\w+ # /, '@'), 'it.yml:8:9: "actions/checkout@v7.0.1" must be pinned'],
    ['an action by half a commit', GOOD.replace('3d3c42e5aac5', ''), 'must be pinned by the 40 hex digits'],
    ['no permissions', GOOD.replace(/permissions:\n.*\n/, ''), 'it.yml:1:1: permissions must be set at the top'],
    [
      'all permissions',
      GOOD.replace(/permissions:\n.*\n/, 'permissions: write-all\n'),
      'permissions must be named one by one',
    ],
    [
      'a step that may fail',
      `${GOOD}        continue-on-error: true\n`,
      'a step whose failure is ignored checks nothing',
    ],
    [
      'keys of an account',
      `${GOOD}      - uses: aws-actions/configure-aws-credentials@e6de054238d6b7531b4efff3b6587d9aade6a06c\n        with:\n          aws-region: us-east-1\n          aws-access-key-id: \${{ secrets.KEY }}\n          aws-secret-access-key: \${{ secrets.SECRET }}\n`,
      'the pipeline assumes a role; it has no keys',
    ],
  ])('finds %s', async (_, workflow, finding) => {
    expect((await findings(workflow)).join('\n')).toContain(finding);
  });

  it('does not accept an empty folder', async () => {
    await expect(lintWorkflows(await workspace({}))).rejects.toThrow('There is no workflow in');
  });
});
