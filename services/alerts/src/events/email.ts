import { email, store } from '../composition.ts';
import { subscriber } from './subscriber.ts';

export const handler = subscriber(store, email());
