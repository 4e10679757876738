import type { Language } from '../domain/account-mail.ts';
import { MIN_PASSWORD } from '../domain/new-password.ts';

export interface Words {
  readonly title: string;
  readonly intro: (client: string) => string;
  readonly email: string;
  readonly password: string;
  readonly submit: string;
  readonly wrong: string;
  readonly tooOften: string;
  readonly expired: string;
  readonly badRequest: string;
  readonly badRequestText: string;
  readonly registerLink: string;
  readonly forgotLink: string;
  readonly register: string;
  readonly registerIntro: string;
  readonly forgot: string;
  readonly forgotIntro: string;
  readonly sendMail: string;
  readonly mailed: string;
  readonly mailedText: string;
  readonly choose: string;
  readonly chooseIntro: string;
  readonly newPassword: string;
  readonly newPasswordHint: string;
  readonly save: string;
  readonly chosen: string;
  readonly chosenText: string;
  readonly gone: string;
  readonly goneText: string;
  readonly notAnAddress: string;
  readonly short: string;
  readonly long: string;
  readonly guessable: string;
  readonly sessionsLink: string;
  readonly sessionsSignIn: string;
  readonly sessions: string;
  readonly sessionsIntro: string;
  readonly accountPages: string;
  readonly here: (name: string) => string;
  readonly startedAt: (time: string) => string;
  readonly usedAt: (time: string) => string;
  readonly endOne: string;
  readonly endAll: string;
  readonly endedOne: string;
  readonly ended: string;
  readonly endedHere: string;
  readonly endedAll: string;
}

export const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    title: 'Sign in',
    intro: (client) => `${client} asks you to sign in.`,
    email: 'E-mail address',
    password: 'Password',
    submit: 'Sign in',
    wrong: 'The e-mail address or the password is wrong.',
    tooOften: 'Too many attempts. Wait a moment and try again.',
    expired: 'The page was open for too long. Try again.',
    badRequest: 'You cannot sign in from there',
    badRequestText:
      'We do not know the application that sent you here, or its request is not safe. Go back and try again.',
    registerLink: 'Create an account',
    forgotLink: 'Forgot your password?',
    register: 'Create an account',
    registerIntro: 'We send you a mail with a link. On the page behind it, you choose a password.',
    forgot: 'Forgot your password?',
    forgotIntro: 'We send you a mail with a link. On the page behind it, you choose a new password.',
    sendMail: 'Send the mail',
    mailed: 'Check your mailbox',
    mailedText:
      'If that address can get mail, ours arrives within a few minutes. If nothing comes, look in your spam folder and check the address.',
    choose: 'Choose a password',
    chooseIntro:
      'A few words that you can remember are safer than a short, complicated password. You do not need digits or symbols.',
    newPassword: 'New password',
    newPasswordHint: `At least ${MIN_PASSWORD} characters`,
    save: 'Save',
    chosen: 'Your password is set',
    chosenText: 'You are signed out on every device. Go back to the application and sign in.',
    gone: 'This link no longer works',
    goneText: 'It was used already, or it is too old. Ask for another mail.',
    notAnAddress: 'That is not an e-mail address.',
    short: `Choose at least ${MIN_PASSWORD} characters.`,
    long: 'Choose at most 128 characters.',
    guessable: 'That password is easy to guess. Choose another one.',
    sessionsLink: 'See where you are signed in',
    sessionsSignIn: 'Sign in to see where else you are signed in, and to sign out there.',
    sessions: 'Where you are signed in',
    sessionsIntro:
      'Was one of these not you? Sign out there, and choose another password. An application may work for ten minutes more.',
    accountPages: 'Account pages',
    here: (name) => `${name}, in this browser`,
    startedAt: (time) => `Signed in: ${time}`,
    usedAt: (time) => `Last used: ${time}`,
    endOne: 'Sign out',
    endAll: 'Sign out everywhere',
    endedOne: 'You are signed out there.',
    ended: 'You are signed out',
    endedHere: 'You are signed out of these pages in this browser.',
    endedAll: 'You are signed out everywhere. An application may work for ten minutes more.',
  },
  ko: {
    title: '로그인',
    intro: (client) => `${client}에서 로그인을 요청했습니다.`,
    email: '이메일 주소',
    password: '비밀번호',
    submit: '로그인',
    wrong: '이메일 주소 또는 비밀번호가 올바르지 않습니다.',
    tooOften: '시도 횟수가 너무 많습니다. 잠시 후 다시 시도해 주세요.',
    expired: '페이지를 연 지 너무 오래되었습니다. 다시 시도해 주세요.',
    badRequest: '여기서는 로그인할 수 없습니다',
    badRequestText: '알 수 없는 애플리케이션이거나 안전하지 않은 요청입니다. 이전 페이지로 돌아가 다시 시도해 주세요.',
    registerLink: '계정 만들기',
    forgotLink: '비밀번호를 잊으셨나요?',
    register: '계정 만들기',
    registerIntro: '비밀번호를 정할 수 있는 링크를 이메일로 보내 드립니다.',
    forgot: '비밀번호를 잊으셨나요?',
    forgotIntro: '새 비밀번호를 정할 수 있는 링크를 이메일로 보내 드립니다.',
    sendMail: '이메일 보내기',
    mailed: '메일함을 확인해 주세요',
    mailedText: '메일을 받을 수 있는 주소라면 몇 분 안에 도착합니다. 오지 않으면 스팸함과 주소를 확인해 주세요.',
    choose: '비밀번호 정하기',
    chooseIntro: '짧고 복잡한 것보다 기억하기 쉬운 낱말 몇 개가 더 안전합니다. 기호나 숫자는 없어도 됩니다.',
    newPassword: '새 비밀번호',
    newPasswordHint: `${MIN_PASSWORD}자 이상`,
    save: '저장',
    chosen: '비밀번호를 정했습니다',
    chosenText: '모든 기기에서 로그아웃되었습니다. 애플리케이션으로 돌아가 로그인해 주세요.',
    gone: '더 이상 쓸 수 없는 링크입니다',
    goneText: '이미 사용했거나 너무 오래된 링크입니다. 이메일을 다시 요청해 주세요.',
    notAnAddress: '올바른 이메일 주소가 아닙니다.',
    short: `${MIN_PASSWORD}자 이상으로 정해 주세요.`,
    long: '128자 이하로 정해 주세요.',
    guessable: '쉽게 추측할 수 있는 비밀번호입니다. 다른 것으로 정해 주세요.',
    sessionsLink: '로그인된 곳 보기',
    sessionsSignIn: '로그인하면 다른 곳의 로그인 상태를 보고 로그아웃할 수 있습니다.',
    sessions: '로그인된 곳',
    sessionsIntro:
      '모르는 로그인이 있나요? 그곳에서 로그아웃하고 비밀번호를 바꿔 주세요. 애플리케이션은 최대 10분 더 쓸 수 있습니다.',
    accountPages: '계정 페이지',
    here: (name) => `지금 이 브라우저의 ${name}`,
    startedAt: (time) => `로그인: ${time}`,
    usedAt: (time) => `마지막 사용: ${time}`,
    endOne: '로그아웃',
    endAll: '모든 곳에서 로그아웃',
    endedOne: '그곳에서 로그아웃했습니다.',
    ended: '로그아웃했습니다',
    endedHere: '이 브라우저의 계정 페이지에서 로그아웃했습니다.',
    endedAll: '모든 곳에서 로그아웃했습니다. 애플리케이션은 최대 10분 더 쓸 수 있습니다.',
  },
};

/** What the browser prefers, of the two. */
export function languageOf(accepted: string | undefined): Language {
  const weighted = (accepted ?? '').split(',').map((part) => {
    const [range = '', quality] = part
      .trim()
      .toLowerCase()
      .split(/\s*;\s*q=/);
    return { language: range.split('-')[0], weight: quality === undefined ? 1 : Number(quality) };
  });
  const weightOf = (language: Language): number => weighted.find((it) => it.language === language)?.weight ?? 0;
  return weightOf('ko') > weightOf('en') ? 'ko' : 'en';
}
