/** A mistake in a service's code or package.json that keeps its manifest from being made, in one sentence. */
export class ReleaseError extends Error {
  override readonly name = 'ReleaseError';
}
