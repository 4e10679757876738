/** Methods that Java's texts, lists and maps have and JavaScript's have not, or have with another meaning. */

type Method<Self> = (self: Self, ...parameters: never[]) => unknown;
type Methods<Self> = Readonly<Record<string, Method<Self>>>;
type Map = Record<string, unknown>;

const TEXT: Methods<string> = {
  contains: (self, part: string) => self.includes(part),
  equals: (self, other: unknown) => self === other,
  equalsIgnoreCase: (self, other: string) => self.toLowerCase() === String(other).toLowerCase(),
  isEmpty: (self) => self === '',
  length: (self) => self.length,
  matches: (self, pattern: string) => new RegExp(`^(?:${pattern})$`).test(self),
  replace: (self, part: string, other: string) => self.split(part).join(other),
  replaceAll: (self, pattern: string, other: string) => self.replace(new RegExp(pattern, 'g'), other),
  replaceFirst: (self, pattern: string, other: string) => self.replace(new RegExp(pattern), other),
  size: (self) => self.length,
  split: (self, pattern: string) => withoutEmptyEnd(self.split(new RegExp(pattern))),
};

const LIST: Methods<unknown[]> = {
  add: (self, item: unknown) => self.push(item) > 0,
  addAll: (self, items: unknown[]) => self.push(...items) > 0,
  contains: (self, item: unknown) => self.includes(item),
  get: (self, index: number) => self[index],
  indexOf: (self, item: unknown) => self.indexOf(item),
  isEmpty: (self) => self.length === 0,
  remove: (self, index: number) => self.splice(index, 1)[0],
  set: (self, index: number, item: unknown) => self.splice(index, 1, item)[0],
  size: (self) => self.length,
};

const MAP: Methods<Map> = {
  containsKey: (self, key: string) => Object.hasOwn(self, key),
  containsValue: (self, value: unknown) => Object.values(self).includes(value),
  entrySet: (self) =>
    Object.entries(self).map(([key, value]) => ({ key, value, getKey: () => key, getValue: () => value })),
  get: (self, key: string) => (Object.hasOwn(self, key) ? self[key] : undefined),
  getOrDefault: (self, key: string, other: unknown) => (Object.hasOwn(self, key) ? self[key] : other),
  isEmpty: (self) => Object.keys(self).length === 0,
  keySet: (self) => Object.keys(self),
  put: (self, key: string, value: unknown) => {
    const before = self[key];
    Object.defineProperty(self, key, { value, enumerable: true, configurable: true, writable: true });
    return before;
  },
  putAll: (self, other: Map) => void Object.assign(self, other),
  remove: (self, key: string) => {
    const before = self[key];
    delete self[key];
    return before;
  },
  size: (self) => Object.keys(self).length,
  values: (self) => Object.values(self),
};

/** As in Java, texts that are empty at the end are left out. */
function withoutEmptyEnd(parts: string[]): string[] {
  while (parts.length > 1 && parts.at(-1) === '') parts.pop();
  return parts;
}

interface Call {
  readonly property: string;
  readonly context: unknown;
  readonly params: readonly unknown[];
}

function methodOf({ property, context }: Call): Method<never> | undefined {
  const methods: Methods<never> =
    typeof context === 'string' ? TEXT : Array.isArray(context) ? LIST : isPlainMap(context) ? MAP : {};
  return Object.hasOwn(methods, property) ? methods[property] : undefined;
}

/** What has a method of that name itself, as `$input` and `$util` have, is no map. */
function isPlainMap(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Object.values(value).some((inner) => typeof inner === 'function')
  );
}

/** For velocityjs, which would take JavaScript's own. */
export const JAVA_METHODS = [
  {
    uid: 'java',
    match: (call: Call): boolean => methodOf(call) !== undefined,
    resolve: (call: Call): unknown => methodOf(call)!(call.context as never, ...(call.params as never[])),
  },
];
