/**
 * Reads an environment variable that the service cannot run without. Throws when it is missing or empty.
 *
 * @example
 * ```ts
 * import { required } from '@dure/contracts/binding/environment';
 *
 * export const stage = required('STAGE');
 * ```
 */
export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}
