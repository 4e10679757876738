import { createHash } from 'node:crypto';
import type { Language } from '../domain/account-mail.ts';
import { MAX_TYPED } from '../domain/new-password.ts';
import { WORDS } from './words.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --line: #767676; --accent: #0b57d0; --alert: #b3261e }
@media (prefers-color-scheme: dark) { :root { --ink: #f1f1f1; --paper: #1b1b1b; --accent: #a8c7fa; --alert: #f2b8b5 } }
* { box-sizing: border-box }
body { margin: 0; font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  word-break: keep-all; overflow-wrap: anywhere }
main { max-width: 24rem; margin: 0 auto; padding: 3rem 1.5rem }
h1 { font-size: 1.75rem; margin: 0 0 .5rem }
h2 { font-size: 1.125rem; margin: 0 }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600 }
label + p { margin: 0 0 .25rem }
input { width: 100%; padding: .625rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line);
  border-radius: .25rem }
button { width: 100%; margin-top: 1.5rem; padding: .75rem; font: inherit; font-weight: 600; color: var(--paper);
  background: var(--accent); border: 0; border-radius: .25rem; cursor: pointer }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
a { color: var(--accent) }
ul { list-style: none; margin: 1.5rem 0; padding: 0 }
li { margin: 1rem 0; padding: 1rem; border: 1px solid var(--line); border-radius: .25rem }
li p { margin: .25rem 0 }
li button { margin-top: .75rem; color: var(--accent); background: transparent; border: 1px solid }
[role=status] { padding: .75rem; border: 1px solid; border-radius: .25rem }
[role=alert] { padding: .75rem; color: var(--alert); border: 1px solid; border-radius: .25rem }
`;

/** The page has one style sheet, inside, and no script. */
const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64');

/**
 * What the page may do. Browsers hold `form-action` against the redirect that follows, too.
 * @param redirectUri where the person goes after signing in
 */
export const contentSecurityPolicy = (redirectUri?: string): string =>
  [
    "default-src 'none'",
    `style-src 'sha256-${STYLE_HASH}'`,
    `form-action 'self'${redirectUri === undefined ? '' : ` ${sourceOf(redirectUri)}`}`,
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');

/** An origin, or the scheme of an application's own. */
function sourceOf(address: string): string {
  const { origin, protocol } = new URL(address);
  return origin === 'null' ? protocol : origin;
}

/** An input of a form, with its label. */
export interface Field {
  readonly name: string;
  readonly type: 'email' | 'password';
  readonly label: string;
  readonly hint?: string | undefined;
  readonly autocomplete: string;
  readonly maxLength: number;
  readonly value?: string | undefined;
}

export interface FormPage {
  readonly language: Language;
  readonly title: string;
  readonly intro: string;
  /** Relative to the page. */
  readonly action: string;
  /** What the form repeats, beside what the person enters. */
  readonly hidden: readonly (readonly [string, string])[];
  readonly fields: readonly Field[];
  readonly submit: string;
  readonly problem?: string | undefined;
  /** Whether the problem is with what was entered. */
  readonly invalid?: boolean | undefined;
  /** Relative to the page, with what each says. */
  readonly links?: readonly (readonly [string, string])[] | undefined;
}

/** A page with a form that works without a script, by keyboard, and read aloud. */
export function formPage(form: FormPage): string {
  const { language, title, intro, action, hidden, fields, submit, problem, invalid = false, links = [] } = form;
  const first = fields.find(({ value }) => value === undefined || value === '');
  return page(
    language,
    title,
    `<p>${escape(intro)}</p>
${problem === undefined ? '' : `<p role="alert" id="problem">${escape(problem)}</p>`}
<form method="post" action="${escape(action)}">
${hidden.map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`).join('\n')}
${fields.map((field) => inputOf(field, field === first, invalid)).join('\n')}
<button type="submit">${escape(submit)}</button>
</form>
${links.map(([to, words]) => `<p><a href="${escape(to)}">${escape(words)}</a></p>`).join('\n')}`,
  );
}

function inputOf(field: Field, isFirst: boolean, invalid: boolean): string {
  const { name, type, label, hint, autocomplete, maxLength, value } = field;
  const described = [...(invalid ? ['problem'] : []), ...(hint === undefined ? [] : [`${name}-hint`])].join(' ');
  const attributes = [
    `id="${name}" name="${name}" type="${type}" autocomplete="${autocomplete}" maxlength="${maxLength}" required`,
    ...(value === undefined ? [] : [`value="${escape(value)}"`]),
    ...(invalid ? ['aria-invalid="true"'] : []),
    ...(described === '' ? [] : [`aria-describedby="${described}"`]),
    ...(isFirst ? ['autofocus'] : []),
  ].join(' ');
  return `<label for="${name}">${escape(label)}</label>
${hint === undefined ? '' : `<p id="${name}-hint">${escape(hint)}</p>\n`}<input ${attributes}>`;
}

export interface SignInPage {
  readonly language: Language;
  readonly client: string;
  /** What the form repeats, beside what the person enters. */
  readonly hidden: readonly (readonly [string, string])[];
  readonly email?: string | undefined;
  readonly problem?: 'wrong' | 'tooOften' | 'expired' | undefined;
}

export const emailField = (language: Language, value: string): Field => ({
  ...{ name: 'email', type: 'email', label: WORDS[language].email, autocomplete: 'username', maxLength: 254, value },
});

/** What a person who signs in enters, and what went wrong before. */
export function credentialsForm({ language, hidden, email = '', problem }: Omit<SignInPage, 'client'>) {
  const words = WORDS[language];
  const [autocomplete, maxLength] = ['current-password', MAX_TYPED] as const;
  const fields: readonly Field[] = [
    emailField(language, email),
    { name: 'password', type: 'password', label: words.password, autocomplete, maxLength },
  ];
  const wrong = { problem: problem && words[problem], invalid: problem === 'wrong' };
  return { language, title: words.title, hidden, fields, submit: words.submit, ...wrong };
}

export function signInPage({ client, ...form }: SignInPage): string {
  const words = WORDS[form.language];
  return formPage({
    ...credentialsForm(form),
    intro: words.intro(client),
    action: 'authorize',
    links: [
      ['../account/forgot', words.forgotLink],
      ['../account/register', words.registerLink],
      ['../account/sessions', words.sessionsLink],
    ],
  });
}

/** A page that only says something. */
export const wordsPage = (
  language: Language,
  title: string,
  text: string,
  links: readonly (readonly [string, string])[] = [],
): string =>
  page(
    language,
    title,
    `<p>${escape(text)}</p>
${links.map(([to, words]) => `<p><a href="${escape(to)}">${escape(words)}</a></p>`).join('\n')}`,
  );

export const refusalPage = (language: Language): string =>
  wordsPage(language, WORDS[language].badRequest, WORDS[language].badRequestText);

export const page = (language: Language, title: string, content: string): string => `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)} · Dure</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escape(title)}</h1>
${content}
</main>
</body>
</html>
`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escape = (text: string): string => text.replace(/[&<>"']/g, (it) => ENTITIES[it] ?? it);
