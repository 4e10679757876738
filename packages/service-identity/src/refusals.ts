/**
 * The `reason` beside the code `invalid_request` of a token exchange: the caller's token is good no more. RFC 8693 has the same
 * code for a bad token of the service that acts.
 */
export const SUBJECT_REFUSED = 'subject_token_refused';
