import type { Language } from '../domain/account-mail.ts';
import { escape, page } from './page.ts';
import { WORDS } from './words.ts';

/** A session as its person sees it. */
export interface ShownSession {
  readonly id: string;
  /** The application; undefined for the pages of the account. */
  readonly name: string | undefined;
  /** Whether it is the visit that the page is shown in. */
  readonly isHere: boolean;
  readonly startedAt: string;
  readonly usedAt: string;
  readonly network?: string | undefined;
  readonly agent?: string | undefined;
}

export interface SessionsPage {
  readonly language: Language;
  readonly sessions: readonly ShownSession[];
  /** What each form repeats. */
  readonly hidden: readonly [string, string];
  /** Whether one has just ended. */
  readonly ended: boolean;
}

/** Fields of the forms on the page. */
export const SESSION = 'session';
export const ALL = 'all';

/** Where a person is signed in: each can be ended, or all of them. */
export function sessionsPage({ language, sessions, hidden, ended }: SessionsPage): string {
  const words = WORDS[language];
  const form = (name: string, value: string, button: string): string => `<form method="post" action="sessions">
${[hidden, [name, value] as const].map(([field, text]) => `<input type="hidden" name="${field}" value="${escape(text)}">`).join('\n')}
${button}
</form>`;
  return page(
    language,
    words.sessions,
    `${ended ? `<p role="status">${escape(words.endedOne)}</p>` : ''}
<p>${escape(words.sessionsIntro)}</p>
<ul role="list">
${sessions.map((session, place) => itemOf(language, session, place, form)).join('\n')}
</ul>
${form(ALL, 'yes', `<button type="submit">${escape(words.endAll)}</button>`)}
<p><a href="forgot">${escape(words.forgotLink)}</a></p>`,
  );
}

function itemOf(
  language: Language,
  { id, name: application, isHere, startedAt, usedAt, network, agent }: ShownSession,
  place: number,
  form: (name: string, value: string, button: string) => string,
): string {
  const words = WORDS[language];
  const [title, about, button] = [`name-${place}`, `about-${place}`, `end-${place}`];
  const name = application ?? words.accountPages;
  const lines = [
    words.startedAt(timeOf(language, startedAt)),
    words.usedAt(timeOf(language, usedAt)),
    ...[network, agent].filter((line) => line !== undefined),
  ];
  // Read aloud, a button says which application it is for, and its description which of several.
  const end = `<button type="submit" id="${button}" aria-labelledby="${button} ${title}" aria-describedby="${about}">${escape(words.endOne)}</button>`;
  return `<li>
<h2 id="${title}">${escape(isHere ? words.here(name) : name)}</h2>
<div id="${about}">
${lines.map((line) => `<p>${escape(line)}</p>`).join('\n')}
</div>
${form(SESSION, id, end)}
</li>`;
}

const LOCALES = { en: 'en-GB', ko: 'ko-KR' } as const;

/** Without a script nobody knows where the person is. */
const timeOf = (language: Language, instant: string): string =>
  `${new Date(instant).toLocaleString(LOCALES[language], { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })} UTC`;
