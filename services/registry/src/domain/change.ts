import type { ListChanges } from '@dure/contracts/registry';
import type * as z from 'zod/mini';

type View = z.output<(typeof ListChanges)['responses'][200]['body']>['items'][number];

/** What happened, or is due, in words and by what it is about. */
export interface Change {
  readonly at: string;
  readonly kind: View['kind'];
  readonly stage?: string | undefined;
  readonly service?: string | undefined;
  readonly label?: string | undefined;
  readonly contract?: string | undefined;
  readonly what: string;
  readonly actor?: string | undefined;
}
