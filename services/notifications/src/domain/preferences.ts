import type { Milestone, Language as LanguageSchema } from '@dure/contracts/notifications';
import type * as z from 'zod/mini';

export type Language = z.output<typeof LanguageSchema>;

export interface Preferences {
  readonly language?: Language;
  readonly channels: { readonly email: boolean };
  readonly optOut: readonly OptionalMail[];
  readonly updatedAt?: string;
  readonly version: number;
}

export type OptionalMail = 'shipped' | 'completed';

export const noPreferences: Preferences = { channels: { email: true }, optOut: [], version: 0 };

const OPTIONAL: readonly Milestone[] = ['shipped', 'completed'] satisfies OptionalMail[];

/** Whether the customer wants the mail; mails about a contract or money cannot be switched off. */
export function wantsMail({ channels, optOut }: Preferences, milestone: Milestone): boolean {
  if (!OPTIONAL.includes(milestone)) return true;
  return channels.email && !optOut.some((kind) => kind === milestone);
}

/** The chosen language, or that of the destination country. */
export const languageOf = ({ language }: Preferences, country: string | undefined): Language =>
  language ?? (country === 'KR' ? 'ko' : 'en');
