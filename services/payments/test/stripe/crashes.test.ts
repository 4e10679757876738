/** The same suite over Stripe's adapter, at a server that answers as Stripe does. */
process.env['PAYMENT_PROVIDER'] = 'stripe';
await import('../crashes.test.ts');
export {};
