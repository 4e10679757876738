/** A mistake that the user must correct, in one or a few sentences. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
