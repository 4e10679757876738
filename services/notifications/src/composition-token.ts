import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';

/** What reads the environment without the table: the authorizer of connections has none. */

export const parameters = () => `/dure/${required('STAGE')}/notifications`;

type Setting = 'websocket-url' | 'token-secret';

/** A parameter of the service that must exist. */
export function setting(name: Setting): () => Promise<string> {
  const read = openSettings(parameters(), [name]);
  return async () => {
    const { [name]: value } = await read();
    if (value === undefined) throw new Error(`The parameter ${parameters()}/${name} is missing.`);
    return value;
  };
}

/** Signs the tokens of those who follow an order. */
export const tokenSecret = () => setting('token-secret');
