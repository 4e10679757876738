import { isConditionFailure } from '@dure/contracts/binding/table';

/** Whether a conditional write was done. */
export async function unlessRefused(writing: Promise<unknown>): Promise<boolean> {
  try {
    await writing;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
