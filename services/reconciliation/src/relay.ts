import { relay } from '@dure/contracts/relay';

export const handler = relay();
