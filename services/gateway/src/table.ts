import { required } from '@dure/contracts/binding/environment';
import { openTable } from '@dure/contracts/binding/table';

/** Apart from the composition: the consumer needs nothing else, and has none of the rest in its environment. */
export const table = openTable(required('TABLE_NAME'));
