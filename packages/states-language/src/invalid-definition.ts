/** A definition that is wrong, or that is not supported here. The message has AWS's code, the reason and the place. */
export class InvalidDefinition extends Error {
  readonly code: string;
  readonly reason: string;
  /** `/States/Ship/Retry[0]` */
  readonly location: string | undefined;

  constructor(code: string, reason: string, location?: string) {
    super(`${code}: ${reason}${location === undefined ? '' : ` at ${location}`}`);
    this.name = 'InvalidDefinition';
    this.code = code;
    this.reason = reason;
    this.location = location;
  }
}
