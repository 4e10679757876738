/* What a service says of its request. These headers count for nothing from anybody else. */

/** The number of the try that a request is, from 1. */
export const ATTEMPT = 'x-dure-attempt';
/** Milliseconds that its caller still waits. */
export const TIME_LEFT = 'x-dure-time-left';
