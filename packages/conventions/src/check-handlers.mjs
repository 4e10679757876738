import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const HANDLER = /^export const (\w+) = (?:http\(\s*(\w+)|on\(|onAny\(|onForeign\()/gm;

/**
 * Whether every handler of a service has the name of its endpoint or message: `place-order.handler.ts` exports
 * `placeOrderHandler`, and handles the endpoint `PlaceOrder`; and whether no other file has that suffix.
 * @param {string} root folder of the repository
 * @returns {{ handlers: number, problems: string[] }}
 */
export function checkHandlers(root) {
  const files = globSync(['services/*/src/**/*.ts', 'packages/create-service/templates/services/*/src/**/*.ts'], {
    cwd: root,
  });
  const found = files.flatMap((file) => {
    const path = file.replaceAll('\\', '/');
    const exported = [...readFileSync(join(root, file), 'utf8').matchAll(HANDLER)];
    return exported.length === 0 && !path.endsWith('.handler.ts') ? [] : [{ path, exported }];
  });
  return { handlers: found.length, problems: found.flatMap(problemsOf) };
}

function problemsOf({ path, exported }) {
  if (exported.length !== 1) return [`${path}: exports ${exported.length} handlers, not one`];
  const [[, name, endpoint]] = exported;
  const stem = basename(path).replace(/(\.handler)?\.ts$/, '');
  const expected = `${stem.replaceAll(/-(.)/g, (_, letter) => letter.toUpperCase())}Handler`;
  if (!path.endsWith('.handler.ts')) return [`${path}: contains a handler; rename it to ${stem}.handler.ts`];
  if (name !== expected) return [`${path}: exports ${name}, not ${expected}`];
  if (endpoint !== undefined && `${endpoint}Handler`.toLowerCase() !== name.toLowerCase()) {
    return [`${path}: handles ${endpoint}; name it after that endpoint`];
  }
  return [];
}
