import { Agent, type IncomingMessage, type ServerResponse, request as httpRequest } from 'node:http';
import { signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { requestUrl } from '@dure/local-http/request-url';
import type { ActivePlan } from './active-plan.ts';
import type { RequestFault } from './plan.ts';

type Service = RequestFault['service'];
type Fault = 'throttle' | 'fail' | 'loseAnswer';

export interface FaultyProxy {
  readonly endpoint: string;
  stop(): Promise<void>;
}

/** A proxy between functions and a service of AWS that fails requests as the current plan says. */
export async function startFaultyProxy(
  service: Service,
  serviceEndpoint: string,
  current: () => ActivePlan | undefined,
): Promise<FaultyProxy> {
  const agent = new Agent({ keepAlive: true });
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const fault = draw(service, actionOf(request), current());
    const fail = (): void => sendError(request, response, service, fault);
    if (fault === 'throttle' || fault === 'fail') return void request.resume().on('end', fail);
    forward(request, response, requestUrl(request, serviceEndpoint), agent, (answer) => {
      if (fault === 'loseAnswer') answer.resume().on('end', fail);
      else pass(answer, response);
    });
  };
  const { endpoint, close } = await openServer({ rule: signed, answer });
  return {
    endpoint,
    async stop() {
      agent.destroy();
      await close();
    },
  };
}

/** `DynamoDB_20120810.PutItem` → `PutItem` */
const actionOf = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target'] ?? '')
    .split('.')
    .at(-1) ?? '';

function draw(service: Service, action: string, active: ActivePlan | undefined): Fault | undefined {
  for (const [index, fault] of (active?.plan.requests ?? []).entries()) {
    if (fault.service !== service || !(fault.actions?.includes(action) ?? true)) continue;
    const drawn = active!.draw(`requests[${index}]`)();
    const kinds = ['throttle', 'fail', 'loseAnswer'] as const;
    let bound = 0;
    const kind = kinds.find((it) => drawn < (bound += fault[it]));
    if (kind === undefined) continue;
    active!.count(`${service} ${action} ${SAID[kind]}`);
    return kind;
  }
  return undefined;
}

const SAID = { throttle: 'throttled', fail: 'failed', loseAnswer: 'carried out, its answer lost' };

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  to: URL,
  agent: Agent,
  onAnswer: (answer: IncomingMessage) => void,
): void {
  const { method, headers } = request;
  const onward = httpRequest(to, { method, headers, agent }, onAnswer);
  onward.on('error', () => response.destroy());
  response.on('close', () => {
    if (!response.writableFinished) onward.destroy();
  });
  request.pipe(onward);
}

function pass(answer: IncomingMessage, response: ServerResponse): void {
  response.writeHead(answer.statusCode ?? 502, answer.headers);
  answer.pipe(response);
}

const SERVER_ERRORS: Record<Service, string> = {
  DynamoDB: 'InternalServerError',
  SQS: 'InternalFailure',
  EventBridge: 'InternalException',
  'Step Functions': 'InternalFailure',
};

/** An error of AWS's JSON protocols. Source: https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html */
function sendError(request: IncomingMessage, response: ServerResponse, service: Service, fault?: Fault): void {
  const [status, code] = fault === 'throttle' ? [400, 'ThrottlingException'] : [500, SERVER_ERRORS[service]];
  response.writeHead(status, { 'content-type': request.headers['content-type'] ?? 'application/x-amz-json-1.0' });
  response.end(JSON.stringify({ __type: code, message: 'Injected fault.' }));
}
