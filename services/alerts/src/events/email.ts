import { email, store } from '../composition.ts';
import { createSubscriber } from './subscriber.ts';

export const handler = createSubscriber(store, email());
