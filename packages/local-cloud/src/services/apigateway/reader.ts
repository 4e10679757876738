import { AwsError } from '@dure/aws-protocols/aws-error';

export type Properties = Readonly<Record<string, unknown>>;

/**
 * Reads properties by name and type, and refuses what nobody read. Numbers and booleans may come as strings, as
 * CloudFormation's parameters do.
 */
export interface Reader {
  text(name: string): string | undefined;
  required(name: string): string;
  flag(name: string): boolean;
  number(name: string): number | undefined;
  strings(name: string): string[];
  record(name: string): Properties | undefined;
  records(name: string): Properties[];
  textMap(name: string): Record<string, string>;
  flagMap(name: string): Record<string, boolean>;
  raw(name: string): unknown;
  /** Properties that change nothing on a laptop. */
  accept(...names: string[]): void;
  /** @throws AwsError BadRequestException for a property that was not asked for */
  done(): void;
  inner(name: string): Reader | undefined;
}

/** @param where how errors call it: `AWS::ApiGateway::Method` */
export function read(where: string, properties: Properties): Reader {
  const asked = new Set<string>();
  const get = (name: string): unknown => {
    asked.add(name);
    return properties[name] ?? undefined;
  };
  const wrong = (name: string, expected: string): AwsError =>
    badRequest(`${where}: ${name} has to be ${expected}, and is ${JSON.stringify(properties[name])}.`);

  const reader: Reader = {
    raw: get,
    text(name) {
      const value = get(name);
      if (value === undefined || typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw wrong(name, 'a string');
    },
    required(name) {
      const value = reader.text(name);
      if (value === undefined || value === '') throw badRequest(`${where}: ${name} is required.`);
      return value;
    },
    flag(name) {
      return toFlag(get(name) ?? false) ?? fail(wrong(name, 'true or false'));
    },
    number(name) {
      const value = reader.text(name);
      if (value === undefined) return undefined;
      const number = Number(value);
      return value.trim() !== '' && Number.isFinite(number) ? number : fail(wrong(name, 'a number'));
    },
    strings(name) {
      const value = get(name) ?? [];
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      throw wrong(name, 'a list of strings');
    },
    record(name) {
      const value = get(name);
      if (value === undefined || isRecord(value)) return value;
      throw wrong(name, 'an object');
    },
    records(name) {
      const value = get(name) ?? [];
      if (Array.isArray(value) && value.every(isRecord)) return value;
      throw wrong(name, 'a list of objects');
    },
    textMap(name) {
      const entries = Object.entries(reader.record(name) ?? {});
      if (entries.some(([, value]) => typeof value === 'object')) throw wrong(name, 'an object of strings');
      return Object.fromEntries(entries.map(([key, value]) => [key, String(value)]));
    },
    flagMap(name) {
      const entries = Object.entries(reader.record(name) ?? {});
      return Object.fromEntries(
        entries.map(([key, value]) => [key, toFlag(value) ?? fail(wrong(name, 'an object of booleans'))]),
      );
    },
    accept(...names) {
      for (const name of names) asked.add(name);
    },
    done() {
      const unknown = Object.keys(properties).find((name) => properties[name] !== undefined && !asked.has(name));
      if (unknown !== undefined) throw badRequest(`${where}: the property ${unknown} is not supported here.`);
    },
    inner(name) {
      const value = reader.record(name);
      return value === undefined ? undefined : read(`${where}.${name}`, value);
    },
  };
  return reader;
}

export function badRequest(message: string): AwsError {
  return new AwsError('BadRequestException', message);
}

export function notFound(message: string): AwsError {
  return new AwsError('NotFoundException', message, 404);
}

export function isRecord(value: unknown): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toFlag(value: unknown): boolean | undefined {
  if (value === true || value === 'true') return true;
  return value === false || value === 'false' ? false : undefined;
}

function fail(error: AwsError): never {
  throw error;
}
