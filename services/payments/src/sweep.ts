import { scheduled } from '@dure/contracts/scheduled';
import { settlePayments } from './application/settle-payments.ts';
import { authorisationMinutes, dependencies } from './composition.ts';

export const handler = scheduled('sweep', async (call) => {
  const expireBefore = new Date(Date.parse(call.time) - authorisationMinutes * 60_000).toISOString();
  return { ...(await settlePayments({ ...dependencies, pauses: [] }, call, expireBefore)) };
});
