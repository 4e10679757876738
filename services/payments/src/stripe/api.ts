import './offer.ts';

export { handler } from '../http/index.ts';
