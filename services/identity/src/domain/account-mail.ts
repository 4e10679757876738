/** In which a person reads the pages and the mails. */
export type Language = 'en' | 'ko';

/** `register`: follow the link and choose a password. `known`: somebody registered with an address that has an account. */
export type MailKind = 'register' | 'known' | 'reset' | 'changed' | 'invite';

export interface Mail {
  readonly subject: string;
  readonly text: string;
}

export interface MailParts {
  readonly link: string;
  readonly hours: number;
}

const english: Readonly<Record<MailKind, (parts: MailParts) => Mail>> = {
  register: ({ link, hours }) => ({
    subject: 'Confirm your e-mail address',
    text: `Somebody asked for an account with this e-mail address. If it was you, choose a password here:

${link}

The link works once, for ${hours} hours. If it was not you, you need not do anything: nobody can use the account.`,
  }),
  known: ({ link }) => ({
    subject: 'You have an account already',
    text: `Somebody asked for an account with this e-mail address, but you have one already. Sign in as usual. If you have forgotten
your password, you can choose a new one:

${link}

If it was not you, you need not do anything. Nothing has changed.`,
  }),
  reset: ({ link, hours }) => ({
    subject: 'Choose a new password',
    text: `Somebody asked for a new password for this account. If it was you, choose one here:

${link}

The link works once, for ${hours === 1 ? 'an hour' : `${hours} hours`}. If it was not you, you need not do anything. Your password stays the same.`,
  }),
  changed: ({ link }) => ({
    subject: 'Your password was changed',
    text: `The password of your account was changed, and you were signed out on every device.

If it was not you, choose a new password now:

${link}`,
  }),
  invite: ({ link, hours }) => ({
    subject: 'You have an account',
    text: `We opened an account for you. Choose a password to begin:

${link}

The link works once, for ${hours} hours. After that, ask for a new one on the same site under "Forgot your password?".`,
  }),
};

const korean: Readonly<Record<MailKind, (parts: MailParts) => Mail>> = {
  register: ({ link, hours }) => ({
    subject: '이메일 주소를 확인해 주세요',
    text: `이 주소로 계정을 만들어 달라는 요청을 받았습니다. 비밀번호를 정하면 시작할 수 있습니다.

${link}

링크는 ${hours}시간 동안 한 번만 쓸 수 있습니다. 요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 계정은 만들어지지 않습니다.`,
  }),
  known: ({ link }) => ({
    subject: '이미 계정이 있습니다',
    text: `이 주소로 계정을 만들어 달라는 요청을 받았지만, 이미 계정이 있습니다. 평소처럼 로그인해 주세요. 비밀번호를 잊으셨다면 새로
정할 수 있습니다.

${link}

요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 바뀐 것은 없습니다.`,
  }),
  reset: ({ link, hours }) => ({
    subject: '새 비밀번호를 정해 주세요',
    text: `이 계정의 비밀번호를 잊었다는 요청을 받았습니다. 새 비밀번호를 정해 주세요.

${link}

링크는 ${hours}시간 동안 한 번만 쓸 수 있습니다. 요청하신 적이 없다면 아무것도 하지 않으셔도 됩니다. 비밀번호는 그대로입니다.`,
  }),
  changed: ({ link }) => ({
    subject: '비밀번호가 바뀌었습니다',
    text: `계정의 비밀번호가 바뀌었고, 모든 기기에서 로그아웃되었습니다.

직접 바꾸지 않으셨다면 지금 바로 다른 비밀번호로 바꿔 주세요.

${link}`,
  }),
  invite: ({ link, hours }) => ({
    subject: '계정이 만들어졌습니다',
    text: `회원님을 위한 계정이 만들어졌습니다. 비밀번호를 정하면 시작할 수 있습니다.

${link}

링크는 ${hours}시간 동안 한 번만 쓸 수 있습니다. 그 뒤에는 같은 사이트에서 "비밀번호를 잊으셨나요?"를 눌러 새로 받아 주세요.`,
  }),
};

/** A mail to the person of an account. It has no name and no address in it. */
export const mailOf = (kind: MailKind, language: Language, parts: MailParts): Mail =>
  ({ en: english, ko: korean })[language][kind](parts);
