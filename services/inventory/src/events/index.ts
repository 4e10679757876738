import { consumer } from '@dure/contracts/binding/consumer';
import { commitStock } from './commit-stock.ts';
import { holdReservation } from './hold-reservation.ts';
import { releaseStock } from './release-stock.ts';
import { reserveStock } from './reserve-stock.ts';
import { returnStock } from './return-stock.ts';

export const handler = consumer('commands', [reserveStock, releaseStock, commitStock, returnStock, holdReservation]);
