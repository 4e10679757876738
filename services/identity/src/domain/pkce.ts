const VERIFIER = /^[A-Za-z0-9._~-]{43,128}$/;
const CHALLENGE = /^[A-Za-z0-9_-]{43}$/;

/** Whether a text can be the S256 of a verifier. */
export const isChallenge = (text: string): boolean => CHALLENGE.test(text);

/** Source: https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export const isVerifier = (text: string): boolean => VERIFIER.test(text);
