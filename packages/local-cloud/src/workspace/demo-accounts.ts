import type { Emulators } from '../services/emulators.ts';
import { STAGE } from '../shared/aws-environment.ts';

/**
 * The passwords of accounts on this laptop, by e-mail address. The service identity has them, with the secrets of its clients
 * for passwords: services/identity/README.md
 */
export function demoAccounts({ secretsManager }: Pick<Emulators, 'secretsManager'>): Record<string, string> {
  const passwords = ['customer', 'operator'].flatMap((role) => {
    const password = secretsManager.text(`dure/${STAGE}/identity/clients/${role}`);
    return password === undefined ? [] : [[`${role}@dure.example`, password] as const];
  });
  return Object.fromEntries(passwords);
}
