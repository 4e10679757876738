import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { receiveCarrierEvent } from './receive-carrier-event.ts';

/** Apart from the others, because it alone may read the carrier's secret. */
export const handler = api({ table }, [receiveCarrierEvent]);
