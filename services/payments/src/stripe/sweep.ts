import './offer.ts';

export { handler } from '../sweep.ts';
