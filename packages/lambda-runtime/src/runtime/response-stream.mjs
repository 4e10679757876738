/** `awslambda`: response streaming. Source: https://docs.aws.amazon.com/lambda/latest/dg/config-rs-write-functions.html */
export const STREAMING = Symbol.for('aws.lambda.runtime.handler.streaming');

const PRELUDE_TYPE = 'application/vnd.awslambda.http-integration-response';
/** Between the status and headers of an HTTP answer and its body. */
const DELIMITER = new Uint8Array(8);

/** Defines the global `awslambda`, as every Node.js runtime of Lambda does. */
export function offerStreams() {
  globalThis.awslambda = {
    streamifyResponse: (handler) => Object.assign(handler, { [STREAMING]: 'response' }),
    HttpResponseStream: {
      from(stream, prelude) {
        stream.setContentType(PRELUDE_TYPE);
        stream.beforeFirstWrite(Buffer.concat([Buffer.from(JSON.stringify(prelude)), DELIMITER]));
        return stream;
      },
    },
  };
}
