import { consumer } from '@dure/contracts/consumer';
import { commitStock } from './commit-stock.ts';
import { releaseStock } from './release-stock.ts';
import { reserveStock } from './reserve-stock.ts';

export const handler = consumer('commands', [reserveStock, releaseStock, commitStock]);
