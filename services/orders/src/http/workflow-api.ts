import { api } from '@dure/contracts/binding/api';
import { getOrderWorkflowHandler } from './get-order-workflow.handler.ts';

/** A separate function, because only it may read executions, and it bundles the client for that. */
export const handler = api({}, [getOrderWorkflowHandler]);
