/** Takes scripts, and the dependencies on workspaces that go, out of a package.json. */
export function withoutPackages(text: string, packages: readonly string[], scripts: readonly string[]): string {
  return editJson(text, (content) => {
    for (const script of scripts) delete (content['scripts'] as Record<string, unknown> | undefined)?.[script];
    for (const kind of ['dependencies', 'devDependencies']) {
      const declared = content[kind] as Record<string, string> | undefined;
      for (const name of packages) delete declared?.[name];
      if (declared !== undefined && Object.keys(declared).length === 0) delete content[kind];
    }
  });
}

function editJson(text: string, edit: (content: Record<string, unknown>) => void): string {
  const content = JSON.parse(text) as Record<string, unknown>;
  edit(content);
  return `${JSON.stringify(content, null, 2)}\n`;
}
