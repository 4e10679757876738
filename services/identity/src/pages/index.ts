import { lambda } from '@dure/contracts/binding/lambda';
import type { Call } from '@dure/contracts/binding/call';
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda';
import { accountPageParts, authorizeParts } from '../composition.ts';
import { answered } from '../oauth/answer.ts';
import { showAsk, showChoose, takeAsk, takeChoose } from './account.ts';
import { showSignIn, takeSignIn } from './authorize.ts';
import { showSessions, showVisit, takeEnding, takeVisit } from './sessions.ts';

type Run = (event: APIGatewayProxyEvent, call: Call) => APIGatewayProxyResult | Promise<APIGatewayProxyResult>;

const account = accountPageParts;

const ROUTES: Readonly<Record<string, readonly [operation: string, Run]>> = {
  'GET /oauth/authorize': ['ShowSignIn', (event, call) => showSignIn(authorizeParts, event, call)],
  'POST /oauth/authorize': ['SignIn', (event, call) => takeSignIn(authorizeParts, event, call)],
  'GET /account/register': ['ShowRegister', (event) => showAsk('register', account, event)],
  'POST /account/register': ['Register', (event, call) => takeAsk('register', account, event, call)],
  'GET /account/forgot': ['ShowForgot', (event) => showAsk('forgot', account, event)],
  'POST /account/forgot': ['Forgot', (event, call) => takeAsk('forgot', account, event, call)],
  'GET /account/password': ['ShowChoosePassword', (event, call) => showChoose(account, event, call)],
  'POST /account/password': ['ChoosePassword', (event, call) => takeChoose(account, event, call)],
  'GET /account/sign-in': ['ShowAccountSignIn', (event) => showVisit(authorizeParts, event)],
  'POST /account/sign-in': ['SignIn', (event, call) => takeVisit(authorizeParts, event, call)],
  'GET /account/sessions': ['ShowSessions', (event, call) => showSessions(authorizeParts, event, call)],
  'POST /account/sessions': ['EndSessions', (event, call) => takeEnding(authorizeParts, event, call)],
};

/** The pages of people: signing in, an account, a password, where they are signed in. */
export const handler = lambda(async (event: APIGatewayProxyEvent) => {
  const route = ROUTES[`${event.httpMethod} ${event.resource}`];
  if (route === undefined) throw new Error(`Nothing answers ${event.httpMethod} ${event.resource} here.`);
  const [operation, run] = route;
  return answered(event, operation, async (call) => run(event, call));
});
