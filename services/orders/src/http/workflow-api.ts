import { api } from '@dure/contracts/binding/api';
import { getOrderWorkflow } from './get-order-workflow.ts';

/** Apart from the others, because it alone may read executions, and carries the client for that. */
export const handler = api({}, [getOrderWorkflow]);
