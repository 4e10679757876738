import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { payloadOf, respond } from './aws-integration.ts';
import type { ServiceIntegration } from './documents.ts';
import type { Answer, Exchange } from './exchange.ts';
import { isRecord } from './reader.ts';
import type { Variables } from './template.ts';

/**
 * Calls an action of Step Functions with what the request template makes of the request. Which response it is, the
 * selection patterns say by the status that the service answers.
 * @throws GatewayError for a body that the template does not take
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/tutorial-api-gateway.html
 */
export async function callService(
  exchange: Exchange,
  integration: ServiceIntegration,
  states: AwsJsonService,
  variables: Variables,
): Promise<Answer> {
  const payload = payloadOf(exchange, integration, variables);
  const started = performance.now();
  const { status, answer } = await answerOf(states, integration.action, isRecord(payload) ? payload : {});
  exchange.integration = { latencyMs: Math.round(performance.now() - started), status };
  return respond(exchange, integration, { body: JSON.stringify(answer), error: String(status) }, variables);
}

/** As the service answers it over HTTP. */
async function answerOf(
  states: AwsJsonService,
  action: string,
  input: Record<string, unknown>,
): Promise<{ status: number; answer: unknown }> {
  try {
    return { status: 200, answer: await states(action, input) };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    return { status: error.statusCode, answer: { __type: error.code, message: error.message } };
  }
}
