const WRONG_ANSWER_LENGTH = 120;

/** The beginning of an answer that is another than the README's. */
export const shortened = (text: string): string => text.slice(0, WRONG_ANSWER_LENGTH);
