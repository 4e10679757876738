import { http, reply } from '@dure/contracts/binding/http';
import { GetOrderWorkflow } from '@dure/contracts/orders';
import { problem } from '@dure/contracts/problem';
import { showWorkflow } from '../application/show-workflow.ts';
import { checkout, orders, workflows } from '../composition.ts';

const workflow = checkout();

export const getOrderWorkflowHandler = http(GetOrderWorkflow, {
  run: ({ params }) => showWorkflow(orders, workflows, workflow, params.orderId),
  answer: (executions, { params: { orderId } }) => {
    if (executions === undefined) return problem('order-not-found');
    return reply(200, { orderId, executions, _links: { self: { href: `/v1/orders/${orderId}/workflow` } } });
  },
});
