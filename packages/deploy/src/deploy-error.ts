/** A mistake that the person who deploys has to correct, in one or a few sentences. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
