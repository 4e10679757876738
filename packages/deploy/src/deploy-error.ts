/** Something that the person who deploys has to set right, told in one sentence or a few. */
export class DeployError extends Error {
  override readonly name = 'DeployError';
}
