/** A bucket's, and the shortest limit there is. */
const MAX_NAME = 63;

/** A name as CloudFormation generates one, so that a resource can be replaced by another. */
export function randomName(stackName: string, logicalId: string): string {
  const random = Math.random().toString(36).slice(2, 14).padEnd(12, '0');
  return `${stackName}-${logicalId}`.slice(0, MAX_NAME - random.length - 1) + `-${random}`;
}
