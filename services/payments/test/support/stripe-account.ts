import { randomUUID } from 'node:crypto';
import { invalid, missing, StripeFailure, unexpectedState, unknownParameter } from './stripe-error.ts';
import { fields, type Form, text } from './stripe-form.ts';

export interface Intent {
  readonly id: string;
  readonly object: 'payment_intent';
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly capture_method: 'manual';
  readonly created: number;
  status: string;
  amount_received: number;
  last_payment_error: unknown;
}

export interface Refund {
  readonly id: string;
  readonly object: 'refund';
  readonly payment_intent: string;
  readonly amount: number;
  readonly currency: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly created: number;
  status: 'pending' | 'succeeded' | 'failed';
  failure_reason?: string;
}

/** How the cards of Stripe's tests behave, and some that fail as networks do. Source: https://docs.stripe.com/testing */
const CARDS: Readonly<
  Record<string, { readonly declines?: [code: string, declineCode?: string]; readonly asks?: boolean }>
> = {
  pm_card_visa: {},
  pm_card_visa_chargeDeclined: { declines: ['card_declined', 'generic_decline'] },
  pm_card_chargeDeclinedInsufficientFunds: { declines: ['card_declined', 'insufficient_funds'] },
  pm_card_chargeDeclinedExpiredCard: { declines: ['expired_card'] },
  pm_card_authenticationRequired: { declines: ['authentication_required', 'authentication_required'] },
  /** As a card in a region where off-session payments still ask the customer. */
  pm_card_asksTheCustomer: { asks: true },
  pm_sandbox_timeout: {},
  pm_sandbox_late: {},
  pm_sandbox_flaky: {},
};

const CURRENCY = /^(usd|eur|gbp|krw|jpy|isk|ugx|mga|kwd|huf|twd)$/;
const PARAMETERS = new Set(
  'amount currency payment_method allowed_payment_method_types capture_method confirm off_session metadata'.split(' '),
);

const id = (prefix: string) => `${prefix}_${randomUUID().replaceAll('-', '').slice(0, 24)}`;
const now = () => Math.floor(Date.now() / 1000);

/** The state of an account: intents and refunds, changed as Stripe's endpoints change them. */
export class StripeAccount {
  readonly intents: Intent[] = [];
  readonly refunds: Refund[] = [];
  /** Whether refunds take their time, as some banks' do. */
  refundsPend = false;

  create(form: Form): Intent {
    const unknown = Object.keys(form).find((name) => !PARAMETERS.has(name));
    if (unknown !== undefined) throw unknownParameter(unknown);
    const amount = Number(text(form, 'amount'));
    const currency = text(form, 'currency') ?? '';
    const method = text(form, 'payment_method') ?? '';
    if (!CURRENCY.test(currency)) throw invalid(undefined, `Invalid currency: ${currency}.`, 'currency');
    if (amount === 0) throw invalid('amount_too_small', 'Amount must be at least 50 cents.', 'amount');
    if (amount > 99_999_999) throw invalid('amount_too_large', 'Amount must be no more than 999,999.99.', 'amount');
    const exact = { kwd: 10, isk: 100, ugx: 100 }[currency] ?? 1;
    if (amount % exact !== 0) throw invalid('parameter_invalid_integer', 'Invalid integer for this currency', 'amount');
    const card = CARDS[method];
    if (card === undefined) throw missing('PaymentMethod', method, 'payment_method', 400);
    const intent: Intent = {
      id: id('pi'),
      object: 'payment_intent',
      amount,
      currency,
      metadata: fields(form, 'metadata'),
      capture_method: 'manual',
      created: now(),
      status: card.asks ? 'requires_action' : card.declines ? 'requires_payment_method' : 'requires_capture',
      amount_received: 0,
      last_payment_error: null,
    };
    this.intents.push(intent);
    if (card.declines === undefined) return intent;
    const [code, decline_code] = card.declines;
    intent.last_payment_error = { type: 'card_error', code };
    const more = { code, decline_code, payment_intent: { ...intent } };
    throw new StripeFailure(402, 'card_error', 'Your card was declined.', more, { kept: true });
  }

  intent(reference: string): Intent {
    const intent = this.intents.find((one) => one.id === reference);
    if (intent === undefined) throw missing('payment_intent', reference, 'intent');
    return intent;
  }

  capture(reference: string, form: Form): Intent {
    const intent = this.intent(reference);
    if (intent.status !== 'requires_capture') throw unexpectedState('captured', intent);
    const amount = Number(text(form, 'amount_to_capture') ?? intent.amount);
    if (amount > intent.amount)
      throw invalid('amount_too_large', 'That is more than can be captured.', 'amount_to_capture');
    return Object.assign(intent, { status: 'succeeded', amount_received: amount });
  }

  cancel(reference: string): Intent {
    const intent = this.intent(reference);
    if (['succeeded', 'canceled', 'processing'].includes(intent.status)) throw unexpectedState('canceled', intent);
    return Object.assign(intent, { status: 'canceled' });
  }

  refund(form: Form): Refund {
    const reference = text(form, 'payment_intent') ?? '';
    const intent = this.intents.find((one) => one.id === reference);
    if (intent === undefined) throw missing('payment_intent', reference, 'payment_intent');
    const left = intent.amount_received - this.refunded(intent);
    const amount = Number(text(form, 'amount') ?? left);
    if (left === 0) throw invalid('charge_already_refunded', 'The charge has already been refunded.', 'payment_intent');
    if (amount > left) throw invalid(undefined, 'Refund amount is greater than unrefunded amount on charge', 'amount');
    const refund: Refund = {
      id: id('re'),
      object: 'refund',
      payment_intent: reference,
      amount,
      currency: intent.currency,
      metadata: fields(form, 'metadata'),
      created: now(),
      status: this.refundsPend ? 'pending' : 'succeeded',
    };
    this.refunds.push(refund);
    return refund;
  }

  refunded = ({ id: reference }: Intent): number =>
    this.refunds
      .filter((refund) => refund.payment_intent === reference && refund.status !== 'failed')
      .reduce((sum, refund) => sum + refund.amount, 0);

  /** What was really held, taken and given back for one order. */
  totals(orderId: string) {
    const approved = ['requires_capture', 'succeeded', 'canceled'];
    const all = this.intents.filter(({ metadata }) => metadata['order_id'] === orderId);
    const of = (status: string) => all.filter((intent) => intent.status === status);
    const sum = (intents: Intent[], value: (intent: Intent) => number) =>
      intents.reduce((so, one) => so + value(one), 0);
    return {
      authorisations: all.filter(({ status }) => approved.includes(status)).length,
      captures: of('succeeded').length,
      held: sum(of('requires_capture'), ({ amount }) => amount),
      captured: sum(of('succeeded'), ({ amount_received: amount }) => amount),
      refunded: sum(all, this.refunded),
    };
  }
}
