import { api } from '@dure/contracts/binding/api';
import { admission, table } from '../composition.ts';
// shop
import { getOrderViewHandler } from './get-order-view.handler.ts';
// /shop
import { getStageHealthHandler } from './get-stage-health.handler.ts';
// shop
import { getStorefrontHandler } from './get-storefront.handler.ts';
// /shop
import { getUsageHandler } from './get-usage.handler.ts';
import { limitBy } from './limit.ts';
import { setPlanHandler } from './set-plan.handler.ts';

export const handler = api({ table, limit: limitBy(admission) }, [
  getStageHealthHandler,
  getUsageHandler,
  setPlanHandler,
  // shop
  getOrderViewHandler,
  getStorefrontHandler,
  // /shop
]);
