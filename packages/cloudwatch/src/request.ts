import { AwsError } from '@dure/aws-protocols/aws-error';

export type Request = Readonly<Record<string, unknown>>;

/** Refuses what an action has no use for, by name, rather than to pass over it. */
export function refuseUnknown(request: Request, known: readonly string[]): void {
  const unknown = Object.keys(request).find((name) => !known.includes(name) && request[name] !== undefined);
  if (unknown !== undefined) throw invalid(`${unknown} is not supported locally.`);
}

export const invalid = (message: string): AwsError => new AwsError('InvalidParameterValueException', message);

export function text(request: Request, name: string): string {
  const value = request[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required, and has to be a text.`);
}

export function optionalText(request: Request, name: string): string | undefined {
  return request[name] === undefined ? undefined : text(request, name);
}

export function list(request: Request, name: string): readonly Request[] {
  const value = request[name] ?? [];
  if (Array.isArray(value)) return value as Request[];
  throw invalid(`${name} has to be a list.`);
}

/** On the wire seconds since 1970, here milliseconds. */
export function instant(request: Request, name: string): number {
  const value = request[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value * 1000;
  throw new AwsError('MissingRequiredParameterException', `The parameter ${name} is required, and has to be a time.`);
}

export const seconds = (milliseconds: number): number => milliseconds / 1000;

/** A page's size, from 1 to 100. */
export function pageSize(request: Request): number {
  const value = request['MaxRecords'] ?? 100;
  if (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 100) return Number(value);
  throw invalid('MaxRecords has to be a whole number from 1 to 100.');
}

/** A TypeError's message says what is wrong with the request. */
export function refusing<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw invalid(error.message);
    throw error;
  }
}
