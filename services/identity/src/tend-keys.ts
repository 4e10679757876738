import { scheduled } from '@dure/contracts/binding/scheduled';
import { tendKeys } from './application/signing-keys.ts';
import { keys } from './composition.ts';

/** Every hour: the next signing key when it is time, and the end of the ones that nobody needs. */
export const handler = scheduled('tend-keys', (call) => tendKeys(keys, call));
