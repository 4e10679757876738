import { S3Error } from './s3-error.ts';

/** The fields of a form, by their names in lower case, without the file. */
export type Fields = ReadonlyMap<string, string>;

/** How many bytes the file may have. */
export interface SizeRange {
  readonly least: number;
  readonly most: number;
}

const ANY_SIZE: SizeRange = { least: 0, most: Infinity };
/** Fields that no condition has to allow. */
const FREE = ['awsaccesskeyid', 'file', 'policy', 'signature', 'x-amz-signature'];
const SIGNATURES = [
  ['x-amz-algorithm', 'x-amz-credential', 'x-amz-date', 'x-amz-signature'],
  ['awsaccesskeyid', 'signature'],
];

/**
 * Checks a form's policy: its time, each of its conditions, and that there is no field which none of them allows. The
 * signature has to be there; it is not checked.
 * @param bucket the one that the form is sent to
 * @param now milliseconds since 1970
 * @returns what the size of the file has to be
 * @throws S3Error
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function checkPostPolicy(fields: Fields, bucket: string, now: number): SizeRange {
  const text = fields.get('policy');
  if (text === undefined) throw new S3Error('AccessDenied');
  if (!SIGNATURES.some((names) => names.every((name) => fields.has(name)))) {
    throw new S3Error(
      'InvalidArgument',
      "Bucket POST must contain a field named 'X-Amz-Signature', with what belongs to it.",
    );
  }
  const { expiration, conditions } = parsePolicy(text);
  if (expiration < now) throw new S3Error('AccessDenied', 'Invalid according to Policy: Policy expired.');
  let size = ANY_SIZE;
  const allowed = new Set(FREE);
  for (const condition of conditions) {
    if (condition.kind === 'size') {
      size = { least: Math.max(size.least, condition.least), most: Math.min(size.most, condition.most) };
      continue;
    }
    const value = condition.field === 'bucket' ? bucket : (fields.get(condition.field) ?? '');
    const holds = condition.kind === 'eq' ? value === condition.value : startsWith(condition, value);
    if (!holds) {
      const shown = JSON.stringify([condition.kind, `$${condition.field}`, condition.value]);
      throw new S3Error('AccessDenied', `Invalid according to Policy: Policy Condition failed: ${shown}`);
    }
    allowed.add(condition.field);
  }
  const extra = [...fields.keys()].filter((name) => !allowed.has(name) && !name.startsWith('x-ignore-'));
  if (extra.length === 0) return size;
  throw new S3Error('AccessDenied', `Invalid according to Policy: Extra input fields: ${extra.join(', ')}`);
}

type Condition =
  | { readonly kind: 'eq' | 'starts-with'; readonly field: string; readonly value: string }
  | ({ readonly kind: 'size' } & SizeRange);

/** Of content types there may be several, which all have to begin so. */
function startsWith(
  { field, value: prefix }: { readonly field: string; readonly value: string },
  value: string,
): boolean {
  const values = field === 'content-type' ? value.split(',') : [value];
  return values.every((one) => one.trim().startsWith(prefix));
}

function parsePolicy(text: string): { expiration: number; conditions: Condition[] } {
  let policy: { expiration?: unknown; conditions?: unknown };
  try {
    policy = JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as typeof policy;
  } catch {
    throw invalid('Invalid JSON.');
  }
  if (typeof policy !== 'object' || policy === null) throw invalid('Invalid JSON.');
  const expiration = typeof policy.expiration === 'string' ? Date.parse(policy.expiration) : NaN;
  if (Number.isNaN(expiration)) throw invalid('Policy missing expiration.');
  if (!Array.isArray(policy.conditions)) throw invalid('Policy missing conditions.');
  return { expiration, conditions: policy.conditions.flatMap(conditionsOf) };
}

function conditionsOf(given: unknown): Condition[] {
  if (!Array.isArray(given)) {
    if (typeof given !== 'object' || given === null) throw invalid(`Invalid condition: ${JSON.stringify(given)}.`);
    return Object.entries(given).map(([field, value]) => ({
      ...{ kind: 'eq' as const, field: field.toLowerCase(), value: String(value) },
    }));
  }
  const [operator, first, second] = given as unknown[];
  const kind = String(operator).toLowerCase();
  if (kind === 'content-length-range') {
    const [least, most] = [Number(first), Number(second)];
    if (given.length === 3 && least >= 0 && most >= least) return [{ kind: 'size', least, most }];
  } else if ((kind === 'eq' || kind === 'starts-with') && given.length === 3 && String(first).startsWith('$')) {
    return [{ kind, field: String(first).slice(1).toLowerCase(), value: String(second) }];
  }
  throw invalid(`Invalid condition: ${JSON.stringify(given)}.`);
}

const invalid = (reason: string): S3Error => new S3Error('InvalidPolicyDocument', `Invalid Policy: ${reason}`);
