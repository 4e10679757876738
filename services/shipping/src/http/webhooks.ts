import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { receiveCarrierEventHandler } from './receive-carrier-event.handler.ts';

/** A separate function, because only it may read the carrier's secret. */
export const handler = api({ table }, [receiveCarrierEventHandler]);
