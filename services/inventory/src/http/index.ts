import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { getReservation } from './get-reservation.ts';
import { getStock } from './get-stock.ts';
import { receiveStock } from './receive-stock.ts';
import { setStock } from './set-stock.ts';

export const handler = api({ table }, [setStock, receiveStock, getStock, getReservation]);
