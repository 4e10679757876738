type Value = Readonly<Record<string, unknown>>;
export type Item = Readonly<Record<string, Value>>;

const OVERHEAD = 3;

/**
 * How large a record of a stream counts, in bytes: its keys and its images, each with the names of its attributes.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const sizeOfRecord = (...items: readonly (Item | undefined)[]): number =>
  items.reduce((sum, item) => sum + sizeOfItem(item ?? {}), 0);

const sizeOfItem = (item: Item): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfValue(value), 0);

function sizeOfValue(value: Value): number {
  const [[type = '', content] = []] = Object.entries(value);
  const total = <T>(of: readonly T[], size: (one: T) => number): number => of.reduce((sum, one) => sum + size(one), 0);
  if (type === 'S') return Buffer.byteLength(String(content));
  if (type === 'N') return sizeOfNumber(String(content));
  if (type === 'B') return Buffer.byteLength(String(content), 'base64');
  if (type === 'SS') return total(content as string[], (text) => Buffer.byteLength(text));
  if (type === 'NS') return total(content as string[], sizeOfNumber);
  if (type === 'BS') return total(content as string[], (bytes) => Buffer.byteLength(bytes, 'base64'));
  if (type === 'L') return OVERHEAD + total(content as Value[], (element) => 1 + sizeOfValue(element));
  if (type === 'M') return OVERHEAD + Object.keys(content as Item).length + sizeOfItem(content as Item);
  return 1;
}

/** Two digits are a byte, without zeros that stand in front or at the end; the sign and the exponent are others. */
function sizeOfNumber(number: string): number {
  const digits = number
    .replace(/[eE].*$/, '')
    .replace(/^[-+0.]+|[.]/g, '')
    .replace(/0+$/, '').length;
  return Math.ceil(digits / 2) + 1 + (number.startsWith('-') ? 1 : 0);
}
