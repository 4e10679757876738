import './offer.ts';

export { handler } from '../events/index.ts';
