import { store, webhook } from '../composition.ts';
import { createSubscriber } from './subscriber.ts';

export const handler = createSubscriber(store, webhook());
