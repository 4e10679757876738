import { createHmac } from 'node:crypto';
import type { Check, Example } from './check.ts';
import { bucket, holds, upload } from './checks/buckets.ts';
import { invoke, logs } from './checks/functions.ts';
import { get, post, redirects } from './checks/http.ts';
import { parameter } from './checks/parameters.ts';
import { item, tableOf } from './checks/tables.ts';
import { webPage } from './checks/web-page.ts';
import { isRefused, says } from './checks/websockets.ts';

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
const RAW_MAIL = 'From: Ann <ann@example.com>\r\nTo: bob@example.com\r\nSubject: Test Subject\r\n\r\nHello World\r\n';
/** Some examples name a profile of their author's. */
const PROFILES = {
  files: {
    'credentials.ini': ['personal', 'dev-fii', 'mine']
      .map((name) => `[${name}]\naws_access_key_id = test\naws_secret_access_key = test\n`)
      .join('\n'),
  },
  environment: { AWS_SHARED_CREDENTIALS_FILE: 'credentials.ini' },
};

/** What the examples of serverless/examples answer as their READMEs describe it, in our own words. */
export const EXAMPLES: Readonly<Record<string, Example>> = {
  'aws-node': { checks: [invoke('function1', {}, 'executed successfully')] },
  'aws-node-alexa-skill': {
    checks: [
      invoke('luckyNumber', { request: { intent: { slots: { UpperLimit: { value: 3 } } } } }, 'Your lucky number is'),
    ],
  },
  'aws-node-auth0-cognito-custom-authorizers-api': {
    fill: { 'https://<url>.com/': 'https://issuer.example.com/' },
    checks: [get('/api/public', 'Welcome to our Public API!'), get('/api/private', 'Unauthorized', 401)],
  },
  'aws-node-auth0-custom-authorizers-api': {
    files: { 'secrets.json': '{"AUTH0_CLIENT_ID":"client"}', public_key: 'key' },
    checks: [post('/api/public', {}, 'Hi'), post('/api/private', {}, 'Unauthorized', 401)],
  },
  'aws-node-dynamic-image-resizer': { ...PROFILES, unasked: 'its README names no answer' },
  'aws-node-dynamodb-backup': {
    fill: { 'bucket: EXAMPLE': 'bucket: backups-of-mine' },
    region: 'ap-southeast-1',
    before: bucket('backups-of-mine'),
    checks: [
      tableOf('dev_EXAMPLE', 'backup'),
      item('dev_EXAMPLE', { id: '7', name: 'Ann' }),
      holds('backups-of-mine', 'FOO/dev_EXAMPLE/7/image.json', 'Ann'),
    ],
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
  'aws-node-fetch-file-and-store-in-s3': {
    fill: { '<your-bucket-name>': 'fetched-files' },
    before: bucket('fetched-files'),
    checks: [
      webPage('a picture', (image_url) => invoke('save', { image_url, key: 'github.png' }, 'ETag')),
      holds('fetched-files', 'github.png', 'a picture'),
    ],
  },
  'aws-node-function-compiled-with-babel': { checks: [invoke('hello', {}, 'Success!')] },
  'aws-node-github-check': {
    ...PROFILES,
    before: parameter('githubToken', 'a-token'),
    unasked: 'it answers to GitHub',
  },
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
  'aws-node-http-api-typescript-dynamodb': { build: ['tsc'], checks: TODOS },
  'aws-node-oauth-dropbox-api': {
    ...PROFILES,
    stage: 'stage',
    checks: [redirects('/dropbox', 'https://www.dropbox.com/1/oauth2/authorize?client_id=xxxxxx')],
  },
  'aws-node-puppeteer': {
    ...PROFILES,
    fill: { '<your aws profile>': 'mine' },
    unasked: 'it needs a browser in its layer',
  },
  'aws-node-recursive-function': {
    checks: [
      invoke('recursiveExample', { numberOfCalls: 5 }, ''),
      logs('recursiveExample', 'received { numberOfCalls: 0 }'),
      logs('recursiveExample', 'recursive call finished'),
    ],
  },
  'aws-node-rest-api': { checks: [get('/', 'executed successfully')] },
  'aws-node-rest-api-typescript-simple': { checks: [get('/', 'executed successfully')] },
  'aws-node-rest-api-with-dynamodb': { checks: TODOS },
  'aws-node-rest-api-with-dynamodb-and-offline': { checks: TODOS },
  'aws-node-s3-file-replicator': {
    checks: [upload('inputBucket', 'a/report.csv', 'one,two'), holds('outputBucket', 'a/report.csv', 'one,two')],
  },
  'aws-node-scheduled-cron': { checks: [invoke('rateHandler', {}, 'null')] },
  'aws-node-serve-dynamic-html-via-http-endpoint': {
    checks: [get('/landing-page', 'Hey Unknown!'), get('/landing-page?name=Ann', 'Hey Ann!')],
  },
  'aws-node-ses-receive-email-body': {
    // SES would put the mail there.
    checks: [
      upload('sesreceiveemailbody', 'a-mail', RAW_MAIL),
      logs('postprocess', 'subject: Test Subject'),
      logs('postprocess', 'body: Hello World'),
    ],
  },
  'aws-node-ses-receive-email-header': {
    checks: [invoke('processheader', { Records: [{ ses: { mail: MAIL } }] }, 'Hello')],
  },
  'aws-node-shared-gateway': {
    services: ['gateway', 'products', 'transactions', 'users'],
    checks: [get('/users/list', '')],
  },
  'aws-node-fullstack': { services: ['backend'], unasked: 'its README names no answer' },
  'aws-node-signed-uploads': { checks: [get('/upload', '')] },
  'aws-node-simple-http-endpoint': { checks: [get('/time', 'Hello, the current time is')] },
  'aws-node-sqs-worker': { checks: [post('/produce', 'work', 'Message accepted!')] },
  'aws-node-text-analysis-via-sns-post-processing': {
    fill: { XXXXXXXXXXXX: '000000000000' },
    checks: [
      post('/notes', { note: 'This is such a great Day' }, 'Successfully added the note.'),
      logs('analyzeNote', 'Positive note - will be published: This is such a great Day'),
    ],
  },
  'aws-node-twilio-send-text-message': {
    fill: {
      'YOUR-TWILIO-ACCOUNT-SID-HERE': 'ACsid',
      'YOUR-TWILIO-AUTH-TOKEN-HERE': 'token',
      'YOUR-TWILIO-PHONE-NUMBER-HERE': '+15005550006',
    },
    unasked: 'Twilio sends the message',
  },
  'aws-node-twitter-joke-bot': {
    files: {
      'dev.env.json': JSON.stringify({
        ...{ JOKES_API_URL: 'https://icanhazdadjoke.com/', TWITTER_CONSUMER_KEY: 'a', TWITTER_CONSUMER_SECRET: 'b' },
        ...{ TWITTER_ACCESS_TOKEN_KEY: 'c', TWITTER_ACCESS_TOKEN_SECRET: 'd' },
      }),
    },
    unasked: 'Twitter publishes the joke',
  },
  'aws-node-typescript': { checks: [invoke('hello', {}, 'executed successfully')] },
  'aws-node-typescript-apollo-lambda': {
    environment: { APOLLO_LAMBDA_KEY: 'k'.repeat(24) },
    checks: [
      get('/graphql', 'Forbidden', 403),
      post('/graphql', { query: '{ __typename }' }, '"Query"', 200, { 'x-api-key': 'k'.repeat(24) }),
    ],
  },
  'aws-node-typescript-kinesis': { checks: [post('/producer', { a: 1 }, '')] },
  'aws-node-typescript-nest': { checks: [get('/hello', 'Hello World!')] },
  'aws-node-typescript-rest-api-with-dynamodb': { build: ['tsc'], checks: TODOS },
  'aws-node-typescript-sqs-standard': { checks: [post('/sender', { a: 1 }, '')] },
  'aws-node-upload-to-s3-and-postprocess': {
    fill: { '<your-bucket-name>': 'uploads-to-process' },
    checks: [
      upload('uploads-to-process', 'uploads/image.png', 'png'),
      logs('postprocess', 'New .png object has been created: uploads/image.png (3 bytes)'),
    ],
  },
  'aws-node-vue-nuxt-ssr': {
    files: { 'secrets.json': '{"NODE_ENV":"production"}' },
    unasked: 'its pages show what an API outside of AWS says',
  },
  'aws-node-websockets-authorizers': {
    checks: [isRefused({}), says({ Auth: 'secret' }, 'hello', 'default route received: hello')],
  },
  'aws-node-heroku-postgres': { unasked: 'it needs a database at Heroku' },
  'aws-node-http-api-mongodb': { unasked: 'it needs MongoDB' },
  'aws-node-mongodb-atlas': { unasked: 'it needs MongoDB' },
  'aws-node-rest-api-mongodb': { unasked: 'it needs MongoDB' },
  'aws-node-rest-api-typescript': { unasked: 'it needs MongoDB' },
  'aws-node-rekognition-analysis-s3-image': { unasked: 'Rekognition looks at the picture' },
  'aws-node-scheduled-weather': { unasked: 'it needs a weather service and one that sends mail' },
  'aws-node-simple-transcribe-s3': { unasked: 'Transcribe listens to the recording' },
  'aws-node-stripe-integration': { unasked: 'Stripe confirms the event' },
  'aws-node-telegram-echo-bot': { unasked: 'Telegram shows the message' },
};
