import { scheduled } from '@dure/contracts/binding/scheduled';
import { countOwed } from './application/count-owed.ts';
import { settlePayments } from './application/settle-payments.ts';
import { authorisationMinutes, dependencies } from './composition.ts';

export const handler = scheduled('sweep', async (call) => {
  const expireBefore = new Date(Date.parse(call.time) - authorisationMinutes * 60_000).toISOString();
  const settled = await settlePayments({ ...dependencies, pauses: [] }, call, expireBefore);
  return { ...settled, owed: await countOwed(dependencies.store, call) };
});
