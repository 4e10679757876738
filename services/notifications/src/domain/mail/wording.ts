import type { Milestone } from '@dure/contracts/notifications';
import type { Parcel } from '../order.ts';

/**
 * Milestones that are mailed. A confirmation is not, because the mail about the placed order was sent a moment before.
 */
export type MailKind = Exclude<Milestone, 'confirmed'>;

/** The values of a mail, already formatted in its language. */
export interface MailValues {
  readonly reason?: string;
  readonly refunded?: string;
  readonly amount?: string;
}

/** The texts of a language. `order` is the short number that a customer can read out on the telephone. */
export interface Wording {
  readonly goods: string;
  readonly total: (amount: string) => string;
  readonly parcels: string;
  readonly parcel: (parcel: Parcel) => string;
  /** Added to mails that the customer can opt out of. */
  readonly optional: string;
  readonly mails: {
    readonly [Kind in MailKind]: (
      order: string,
      values: MailValues,
    ) => { readonly subject: string; readonly text: readonly string[] };
  };
}
