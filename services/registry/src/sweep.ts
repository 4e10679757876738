import { scheduled } from '@dure/contracts/binding/scheduled';
import { sweep } from './application/sweep.ts';
import { contracts, overrides, releases, stages } from './composition.ts';

/** Sunsets that are near, overrides whose time is over, and what has drained. */
export const handler = scheduled('sweep', (call) => sweep({ releases, stages, contracts, overrides }, call));
