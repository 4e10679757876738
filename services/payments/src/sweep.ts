import { scheduled } from '@dure/contracts/binding/scheduled';
import { countOwedRefunds } from './application/count-owed-refunds.ts';
import { settlePayments } from './application/settle-payments.ts';
import { authorisationMinutes, dependencies } from './composition.ts';

export const handler = scheduled('sweep', async (call) => {
  const expireBefore = new Date(Date.parse(call.time) - authorisationMinutes * 60_000).toISOString();
  const settled = await settlePayments({ ...dependencies, pauses: [] }, call, expireBefore);
  return { ...settled, owed: await countOwedRefunds(dependencies.store, call) };
});
