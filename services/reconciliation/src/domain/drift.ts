export type DriftKind =
  | 'missing-events'
  | 'unknown-order'
  | 'reservation-left'
  | 'stock-taken'
  | 'stock-not-committed'
  | 'money-held'
  | 'money-kept'
  | 'captured-unconfirmed'
  | 'captured-twice'
  | 'captured-not-total'
  | 'refund-wrong'
  | 'parcel-on-its-way'
  | 'dispatched-not-shipped'
  | 'delivered-not-completed'
  | 'delivered-not-paid';

export type Repair = 'release-stock' | 'cancel-payment' | 'cancel-shipping';

/** What a rule finds wrong with an order. */
export interface Finding {
  readonly kind: DriftKind;
  readonly expected: string;
  readonly found: string;
  readonly repair: Repair | 'needs-a-person';
}

/** A drift that was reported, and may be under repair. */
export interface Drift extends Finding {
  readonly driftId: string;
  readonly since: string;
  readonly foundAt: string;
  readonly updatedAt: string;
  /** How often its repair was requested. */
  readonly tries: number;
  readonly needsPerson: boolean;
}
