import type { Milestone } from '@dure/contracts/notifications';
import type { Parcel } from '../order.ts';

/** What is told by mail. That an order is confirmed is not: that it was received was told a moment before. */
export type MailKind = Exclude<Milestone, 'confirmed'>;

/** What a mail is about, in words of its language already. */
export interface Told {
  readonly reason?: string;
  readonly refunded?: string;
  readonly amount?: string;
}

/** A language's words. `order` is the short number that a customer can name on the telephone. */
export interface Wording {
  readonly goods: string;
  readonly total: (amount: string) => string;
  readonly parcels: string;
  readonly parcel: (parcel: Parcel) => string;
  /** Below mails that the customer may do without. */
  readonly optional: string;
  readonly mails: {
    readonly [Kind in MailKind]: (
      order: string,
      told: Told,
    ) => { readonly subject: string; readonly text: readonly string[] };
  };
}
