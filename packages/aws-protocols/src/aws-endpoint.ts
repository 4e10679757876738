import { Agent, type IncomingMessage, type ServerResponse } from 'node:http';
import { forward } from '@dure/local-http/forward';
import { requestUrl } from '@dure/local-http/request-url';
import { sendAwsRefusal } from './aws-refusal.ts';
import { serviceOf } from './service-of.ts';

export type AwsHandler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What answers for AWS, by the signing names of its services. */
export interface AwsServices {
  /** In this process. */
  readonly services: Readonly<Record<string, AwsHandler>>;
  /** Emulators' addresses. */
  readonly forwarded: Readonly<Record<string, string>>;
}

export interface AwsEndpoint {
  /** Answers a request of an AWS client by the service that its signature names; any other is refused by its name. */
  readonly answer: (request: IncomingMessage, response: ServerResponse, services: AwsServices) => Promise<void>;
  stop(): void;
}

const MAX_SOCKETS = 64;

/** One address for all services of AWS. */
export function createAwsEndpoint(): AwsEndpoint {
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  return {
    async answer(request, response, { services, forwarded }) {
      const service = serviceOf(request);
      const handler = Object.hasOwn(services, service) ? services[service] : undefined;
      if (handler !== undefined) return handler(request, response);
      const emulator = Object.hasOwn(forwarded, service) ? forwarded[service] : undefined;
      if (emulator !== undefined) return forward(request, response, requestUrl(request, emulator), agent);
      const known = [...Object.keys(services), ...Object.keys(forwarded)].sort().join(', ');
      const message = `The service "${service}" is not supported here; there are ${known}.`;
      sendAwsRefusal(request, response, service, { status: 501, code: 'UnknownOperationException', message });
    },
    stop: () => agent.destroy(),
  };
}
