/** A mistake that the caller can correct, in one or two sentences. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}
