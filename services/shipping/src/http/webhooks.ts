import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { receiveCarrierEventHandler } from './receive-carrier-event.handler.ts';

/** A function of its own, because only it may read the carrier's secret. */
export const handler = api({ table }, [receiveCarrierEventHandler]);
