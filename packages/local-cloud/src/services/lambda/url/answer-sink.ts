import type { ResponseSink } from '@dure/lambda-runtime';
import { type Answer } from '../../apigateway/index.ts';
import { answerOf } from '../../apigateway-http/index.ts';

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
/** Between the status and headers of an answer and its body. */
const DELIMITER = Buffer.alloc(8);
const JSON_TYPE = 'application/json';

/** Where what a handler streams goes to: its status and headers first, then its body as it is written. */
export interface Receiver {
  begin(head: Answer): void;
  write(chunk: Uint8Array): void;
}

export interface AnswerSink extends ResponseSink {
  /** Whether the handler has written anything. */
  readonly begun: boolean;
}

/**
 * Reads status, headers and cookies from what `awslambda.HttpResponseStream.from` puts before the body.
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/response-streaming-tutorial.html
 */
export function answerSink(receiver: Receiver): AnswerSink {
  let begun = false;
  let hasPrelude = false;
  let prelude = Buffer.alloc(0);
  return {
    get begun() {
      return begun;
    },
    begin(contentType) {
      begun = true;
      hasPrelude = contentType === PRELUDE_TYPE;
      if (!hasPrelude) receiver.begin({ status: 200, headers: [['Content-Type', contentType]], body: Buffer.alloc(0) });
    },
    write(chunk) {
      if (!hasPrelude) return receiver.write(chunk);
      prelude = Buffer.concat([prelude, chunk]);
      const end = prelude.indexOf(DELIMITER);
      if (end === -1) return;
      hasPrelude = false;
      receiver.begin(headOf(prelude.subarray(0, end).toString('utf8')));
      const rest = prelude.subarray(end + DELIMITER.length);
      if (rest.length > 0) receiver.write(rest);
    },
    text: () => undefined,
  };
}

function headOf(text: string): Answer {
  const given = JSON.parse(text) as object;
  const head = answerOf({ statusCode: 200, ...given }, '2.0', JSON_TYPE);
  return head ?? { status: 502, headers: [], body: Buffer.alloc(0) };
}
