/** An answer of RFC 6749 section 5.2, and of the RFCs that build on it. */
export type OAuthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'slow_down'
  | 'temporarily_unavailable';

/** What a code does not say. */
export interface OAuthErrorDetail {
  /** After how many seconds the same request may succeed. */
  readonly retryAfterSeconds?: number;
  /** For a program that has to know more than the code; an answer may have further members (RFC 6749 section 5.2). */
  readonly reason?: string;
}

/** What a client is refused. `message` is `error_description`: it repeats nothing that the client sent. */
export class OAuthError extends Error {
  override readonly name = 'OAuthError';
  readonly code: OAuthErrorCode;
  readonly detail: OAuthErrorDetail;

  constructor(code: OAuthErrorCode, description: string, detail: OAuthErrorDetail = {}) {
    super(description);
    this.code = code;
    this.detail = detail;
  }
}
