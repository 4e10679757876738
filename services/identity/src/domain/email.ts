import { Email } from '@dure/contracts/values';

/** Whether the contract takes a text as an e-mail address. Whether mails reach it is found out by sending one. */
export const isEmail = (text: string): boolean => Email.safeParse(text).success;

/** As people write the same address. An address has ASCII letters alone: to fold others could make two addresses one. */
export const folded = (email: string): string => email.trim().replace(/[A-Z]+/g, (capitals) => capitals.toLowerCase());
