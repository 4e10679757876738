import { store, webhook } from '../composition.ts';
import { subscriber } from './subscriber.ts';

export const handler = subscriber(store, webhook());
