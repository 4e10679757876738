import { createHmac } from 'node:crypto';
import { type Check, type Example, get, invoke, post } from './check.ts';

const TODOS: readonly Check[] = [post('/todos', { text: 'buy milk' }, 'buy milk'), get('/todos', 'buy milk')];
const HOOK = '{"zen":"Keep it simple."}';
const SIGNED = {
  'X-Hub-Signature': `sha1=${createHmac('sha1', 'a-secret').update(HOOK).digest('hex')}`,
  ...{ 'X-GitHub-Event': 'ping', 'X-GitHub-Delivery': '1' },
};
const MAIL = {
  ...{ timestamp: '2026-01-01T00:00:00.000Z', source: 'a@example.com', messageId: 'm1' },
  commonHeaders: { from: ['a@example.com'], to: ['b@example.com'], subject: 'Hello', date: 'now' },
};

/** What the examples of serverless/examples answer as their READMEs describe it, in our own words. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'aws-node': { checks: [invoke('function1', {}, 'executed successfully')] },
  'aws-node-alexa-skill': {
    checks: [
      invoke('luckyNumber', { request: { intent: { slots: { UpperLimit: { value: 3 } } } } }, 'Your lucky number is'),
    ],
  },
  'aws-node-auth0-cognito-custom-authorizers-api': { checks: [get('/api/public', 'Hi'), get('/api/private', '', 401)] },
  'aws-node-auth0-custom-authorizers-api': {
    files: { 'secrets.json': '{"AUTH0_CLIENT_ID":"client"}', public_key: 'key' },
    checks: [post('/api/public', {}, 'Hi'), post('/api/private', {}, 'Unauthorized', 401)],
  },
  'aws-node-env-variables': {
    checks: [invoke('createUser', {}, 'User created'), invoke('resetPassword', {}, 'Password sent')],
  },
  'aws-node-env-variables-encrypted-in-a-file': {
    files: { 'secrets.dev.yml': 'SESSION_KEY: a\nEMAIL_SERVICE_API_KEY: b\n' },
    checks: [invoke('resetPassword', {}, 'Password sent')],
  },
  'aws-node-express-api': {
    checks: [get('/', 'Hello from root!'), get('/path', 'Hello from path!'), get('/other', 'Not Found', 404)],
  },
  'aws-node-express-dynamodb-api': {
    checks: [post('/users', { userId: 'someUserId', name: 'Ann' }, 'Ann'), get('/users/someUserId', 'Ann')],
  },
  'aws-node-fetch-file-and-store-in-s3': { fill: { '<your-bucket-name>': 'fetched-files' }, checks: [] },
  'aws-node-function-compiled-with-babel': { checks: [invoke('hello', {}, 'Success!')] },
  'aws-node-github-webhook-listener': {
    fill: { 'REPLACE-WITH-YOUR-SECRET-HERE': 'a-secret' },
    checks: [post('/webhook', HOOK, '', 200, SIGNED), post('/webhook', HOOK, 'No X-Hub-Signature', 401)],
  },
  'aws-node-graphql-api-with-dynamodb': {
    checks: [
      get('/query?query={greeting(firstName:%22Jeremy%22)}', 'Hello, Jeremy.'),
      get('/query?query=mutation%20{changeNickname(firstName:%22Jeremy%22,nickname:%22Jer%22)}', 'Jer'),
      get('/query?query={greeting(firstName:%22Jeremy%22)}', 'Hello, Jer.'),
    ],
  },
  'aws-node-http-api': { checks: [get('/', 'executed successfully')] },
  'aws-node-http-api-dynamodb': { checks: TODOS },
  'aws-node-http-api-dynamodb-local': { checks: TODOS },
  'aws-node-http-api-typescript': { checks: [get('/', 'executed successfully')] },
  'aws-node-http-api-typescript-dynamodb': { checks: TODOS },
  'aws-node-iot-event': { checks: [invoke('log', { a: 1 }, '{}')] },
  'aws-node-mongodb-atlas': { checks: [] },
  'aws-node-recursive-function': {
    checks: [invoke('recursiveExample', { numberOfCalls: 1 }, ''), invoke('recursiveExample', {}, 'finished')],
  },
  'aws-node-rest-api': { checks: [get('/', 'executed successfully')] },
  'aws-node-rest-api-typescript-simple': { checks: [get('/', 'executed successfully')] },
  'aws-node-rest-api-with-dynamodb': { checks: TODOS },
  'aws-node-rest-api-with-dynamodb-and-offline': { checks: TODOS },
  'aws-node-scheduled-cron': { checks: [invoke('rateHandler', {}, 'null')] },
  'aws-node-serve-dynamic-html-via-http-endpoint': {
    checks: [get('/landing-page', 'Hey Unknown!'), get('/landing-page?name=Ann', 'Hey Ann!')],
  },
  'aws-node-ses-receive-email-header': {
    checks: [invoke('processheader', { Records: [{ ses: { mail: MAIL } }] }, 'Hello')],
  },
  'aws-node-shared-gateway': {
    services: ['gateway', 'products', 'transactions', 'users'],
    checks: [get('/users/list', '')],
  },
  'aws-node-fullstack': { services: ['backend'], checks: [] },
  'aws-node-signed-uploads': { checks: [get('/upload', '')] },
  'aws-node-simple-http-endpoint': { checks: [get('/time', 'Hello, the current time is')] },
  'aws-node-sqs-worker': { checks: [post('/produce', 'work', 'Message accepted!')] },
  'aws-node-text-analysis-via-sns-post-processing': { checks: [post('/notes', 'I am happy', '')] },
  'aws-node-twilio-send-text-message': {
    fill: {
      'YOUR-TWILIO-ACCOUNT-SID-HERE': 'ACsid',
      'YOUR-TWILIO-AUTH-TOKEN-HERE': 'token',
      'YOUR-TWILIO-PHONE-NUMBER-HERE': '+15005550006',
    },
    checks: [],
  },
  'aws-node-twitter-joke-bot': { files: { 'dev.env.json': '{}' }, checks: [] },
  'aws-node-typescript': { checks: [invoke('hello', {}, 'executed successfully')] },
  'aws-node-typescript-apollo-lambda': {
    environment: { APOLLO_LAMBDA_KEY: 'k'.repeat(24) },
    checks: [get('/graphql', '', 403)],
  },
  'aws-node-typescript-kinesis': { checks: [post('/producer', { a: 1 }, '')] },
  'aws-node-typescript-nest': { checks: [get('/', 'Hello')] },
  'aws-node-typescript-rest-api-with-dynamodb': { checks: TODOS },
  'aws-node-typescript-sqs-standard': { checks: [post('/sender', { a: 1 }, '')] },
  'aws-node-upload-to-s3-and-postprocess': {
    fill: { '<your-bucket-name>': 'uploads-to-process' },
    checks: [invoke('postprocess', { Records: [{ s3: { object: { key: 'a.png', size: 3 } } }] }, 'null')],
  },
  'aws-node-vue-nuxt-ssr': { files: { 'secrets.json': '{"NODE_ENV":"production"}' }, checks: [] },
};
