import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ReleaseError } from './release-error.ts';

const PackageJson = z.object({
  version: z._default(z.string(), '0.0.0'),
  dure: z.object({
    owner: z.strictObject({
      name: z.string().check(z.minLength(1)),
      email: z.optional(z.email()),
      webhook: z.optional(z.httpUrl()),
    }),
  }),
});

/** Who is responsible for a service, and where notices go. */
export type Owner = z.output<typeof PackageJson>['dure']['owner'];

const EXAMPLE = '"dure": { "owner": { "name": "Payments team", "email": "payments@example.com" } }';

/**
 * The owner and the major version in a service's package.json.
 * @throws ReleaseError that names the file and what is wrong
 */
export function readPackageJson(folder: string, service: string): { readonly owner: Owner; readonly major: number } {
  const file = `services/${service}/package.json`;
  const { data, error } = PackageJson.safeParse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  if (data === undefined) {
    const [issue] = error.issues;
    throw new ReleaseError(
      `${file}, ${issue?.path.join('.') ?? ''}: every service has an owner, who is notified of what breaks: ${EXAMPLE}`,
    );
  }
  return { owner: data.dure.owner, major: Number.parseInt(data.version, 10) };
}
