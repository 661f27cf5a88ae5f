import * as v from 'valibot';
import { json } from '../http/answer.ts';
import { endpoint } from '../http/endpoint.ts';

const metadata = v.object({
  issuer: v.string(),
  authorization_endpoint: v.string(),
  token_endpoint: v.string(),
  device_authorization_endpoint: v.string(),
  revocation_endpoint: v.string(),
  scopes_supported: v.array(v.string()),
  response_types_supported: v.array(v.string()),
  response_modes_supported: v.array(v.string()),
  grant_types_supported: v.array(v.string()),
  code_challenge_methods_supported: v.array(v.string()),
  token_endpoint_auth_methods_supported: v.array(v.string()),
  revocation_endpoint_auth_methods_supported: v.array(v.string()),
  authorization_response_iss_parameter_supported: v.boolean(),
  service_documentation: v.string(),
});

/** `GET /.well-known/oauth-authorization-server` (RFC 8414). */
export const metadataEndpoint = endpoint({
  method: 'GET',
  path: '/.well-known/oauth-authorization-server',
  access: { by: 'anybody' },
  summary: 'Tell how to sign in here',
  takes: 'query',
  input: v.object({}),
  answers: { 200: { means: 'Metadata of the authorization server.', schema: metadata } },
  handle: ({ teamspace: { publicUrl } }) =>
    json(200, {
      issuer: publicUrl,
      authorization_endpoint: `${publicUrl}/oauth/authorize`,
      token_endpoint: `${publicUrl}/oauth/token`,
      device_authorization_endpoint: `${publicUrl}/oauth/device`,
      revocation_endpoint: `${publicUrl}/oauth/revoke`,
      scopes_supported: ['offline_access'],
      response_types_supported: ['code'],
      response_modes_supported: ['query'],
      grant_types_supported: [
        'authorization_code',
        'refresh_token',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['none'],
      revocation_endpoint_auth_methods_supported: ['none'],
      authorization_response_iss_parameter_supported: true,
      service_documentation: `${publicUrl}/api/openapi.json`,
    }),
});
