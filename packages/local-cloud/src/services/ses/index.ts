import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { DatabaseSync } from 'node:sqlite';
import { readJson } from '@dure/aws-protocols/aws-body';
import { asAwsError, AwsError } from '@dure/aws-protocols/aws-error';
import { sendAwsRefusal } from '@dure/aws-protocols/aws-refusal';
import { type Email, readEmail } from './email.ts';
import { openEmailStore } from './email-store.ts';

/** A mail that SES would have sent. */
export interface SentEmail extends Email {
  readonly id: string;
  readonly sentAt: string;
}

export interface EmailQuery {
  /** Only mails to this address, in `to`, `cc` or `bcc`. */
  readonly to?: string;
  readonly limit: number;
}

export interface Ses {
  /** The REST JSON protocol of SES v2: SendEmail. */
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The latest first. */
  sent(query: EmailQuery): SentEmail[];
}

const SEND_EMAIL = '/v2/email/outbound-emails';
const MAX_BODY_BYTES = 40 * 1024 * 1024;

/**
 * Amazon SES on one machine: mails are stored and shown, and not sent. Every sender counts as verified.
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/Welcome.html
 */
export function createSes({ database }: { readonly database: DatabaseSync }): Ses {
  const store = openEmailStore(database);

  function send(email: Email): string {
    const id = `0100${Date.now().toString(16).padStart(12, '0')}-${randomUUID()}-000000`;
    store.keep(id, email);
    return id;
  }

  return {
    async handle(request, response) {
      try {
        const path = (request.url ?? '').split('?')[0];
        if (path === '/') {
          const message = 'The first API of SES is not supported here; use its second, @aws-sdk/client-sesv2.';
          sendAwsRefusal(request, response, 'ses', { status: 501, code: 'UnknownOperationException', message });
          return;
        }
        if (request.method !== 'POST' || path !== SEND_EMAIL) {
          throw new AwsError('NotFoundException', `SES ${request.method} ${path} is not supported locally.`, 404);
        }
        answer(response, 200, { MessageId: send(readEmail(await readJson(request, response, MAX_BODY_BYTES))) });
      } catch (error) {
        const known = asAwsError(error);
        response.setHeader('x-amzn-errortype', known.code);
        answer(response, known.statusCode, { message: known.message });
      }
    },
    sent: store.list,
  };
}

function answer(response: ServerResponse, statusCode: number, body: object): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
