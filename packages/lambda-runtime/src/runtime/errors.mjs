/** How a thrown value is answered and logged. */
import { types } from 'node:util';

/** @param {string} type @param {unknown} cause an error, or the message */
export function runtimeError(type, cause) {
  const error = new Error(String(cause));
  if (cause instanceof Error) error.stack = cause.stack;
  error.name = `Runtime.${type}`;
  return error;
}

/**
 * As the Invoke API answers it.
 * @param {unknown} error
 * @returns {{ errorType: string, errorMessage: string, stackTrace: string[] }}
 */
export function describe(error) {
  if (error === undefined || error === null) {
    return { errorType: 'string', errorMessage: 'handled', stackTrace: [] };
  }
  try {
    if (!isError(error)) return { errorType: typeof error, errorMessage: String(error), stackTrace: [] };
    return { errorType: error.name, errorMessage: error.message, stackTrace: (error.stack ?? '').split('\n') };
  } catch {
    return { errorType: 'handled', errorMessage: 'The error that was thrown cannot be read.', stackTrace: [] };
  }
}

function isError(error) {
  return types.isNativeError(error) || (typeof error.name === 'string' && typeof error.stack === 'string');
}
