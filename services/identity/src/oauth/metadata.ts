import { ROLE_PROOF } from '../domain/role-proof.ts';

/**
 * What clients have to know of this server.
 * Source: https://www.rfc-editor.org/rfc/rfc8414#section-2
 */
export const metadataOf = (issuer: string, scopes: readonly string[], grants: readonly string[]) => ({
  issuer,
  authorization_endpoint: `${issuer}/oauth/authorize`,
  token_endpoint: `${issuer}/oauth/token`,
  revocation_endpoint: `${issuer}/oauth/revoke`,
  introspection_endpoint: `${issuer}/oauth/introspect`,
  jwks_uri: `${issuer}/.well-known/jwks.json`,
  scopes_supported: scopes,
  response_types_supported: ['code'],
  response_modes_supported: ['query'],
  grant_types_supported: grants,
  token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', ROLE_PROOF, 'none'],
  revocation_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', 'none'],
  introspection_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post', ROLE_PROOF],
  code_challenge_methods_supported: ['S256'],
  authorization_response_iss_parameter_supported: true,
  ui_locales_supported: ['en', 'ko'],
});
