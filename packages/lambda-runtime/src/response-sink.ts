/** Takes what a handler of `awslambda.streamifyResponse` writes, as it is written. */
export interface ResponseSink {
  begin(contentType: string): void;
  write(chunk: Uint8Array): void;
  /** All of it, for whom the answer is one text. */
  text(): string | undefined;
}

/** Collects what is streamed, for an invocation that waits for all of it. */
export function collectingSink(): ResponseSink {
  const chunks: Uint8Array[] = [];
  return {
    begin: () => {},
    write: (chunk) => void chunks.push(chunk),
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}
