import type { Preferences } from '../domain/preferences.ts';

export const preferencesView = (customerId: string, { version: _, ...preferences }: Preferences) => ({
  customerId,
  ...preferences,
  optOut: [...preferences.optOut],
  _links: { self: { href: `/v1/preferences/${customerId}` } },
});
