import { createHash, createHmac } from 'node:crypto';

/** The hash that the SDK's signer wants to be given. */
export class Sha256 {
  readonly #hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = secret === undefined ? createHash('sha256') : createHmac('sha256', secret as string);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  digest = async (): Promise<Uint8Array> => this.#hash.digest();
  reset(): void {}
}
