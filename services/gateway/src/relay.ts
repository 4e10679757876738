import { relay } from '@dure/contracts/binding/relay';

export const handler = relay();
