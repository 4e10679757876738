/** An expression that EventBridge refuses; the message says which part, and what would be right. */
export class InvalidScheduleError extends Error {
  override readonly name = 'InvalidScheduleError';
}
