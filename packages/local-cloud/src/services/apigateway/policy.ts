import { BlockList, isIP } from 'node:net';
import { wildcard } from '../../shared/wildcard.ts';
import { badRequest, isRecord, type Properties } from './reader.ts';

/** A policy over `execute-api:Invoke`: an API's resource policy, or what an authorizer answers. */
export type Policy = (call: PolicyCall) => Decision;
export type Decision = 'allowed' | 'explicitly denied' | 'not allowed';

export interface PolicyCall {
  /** `arn:aws:execute-api:us-east-1:123456789012:abcdef/dev/GET/v1/orders` */
  readonly methodArn: string;
  readonly sourceIp: string;
}

type Test = (call: PolicyCall) => boolean;

const ACTION = 'execute-api:Invoke';

/**
 * Resources are full ARNs, or `execute-api:/{stage}/{method}/{path}`, which stands for those of the API called.
 * @param what how errors call the policy
 * @throws AwsError BadRequestException for what is not supported: principals other than `*`, conditions other than
 *   IpAddress and NotIpAddress on aws:SourceIp and Bool on aws:SecureTransport, and Bool on aws:SecureTransport
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies.html
 */
export function parsePolicy(policy: unknown, what: string): Policy {
  if (!isRecord(policy)) throw badRequest(`The ${what} is not a JSON object.`);
  const given = policy['Statement'];
  const statements = (Array.isArray(given) ? (given as unknown[]) : [given]).map((statement) =>
    parseStatement(statement, what),
  );
  return (call) => {
    const effects = statements.filter(({ applies }) => applies(call)).map(({ effect }) => effect);
    if (effects.includes('Deny')) return 'explicitly denied';
    return effects.includes('Allow') ? 'allowed' : 'not allowed';
  };
}

function parseStatement(statement: unknown, what: string): { effect: 'Allow' | 'Deny'; applies: Test } {
  if (!isRecord(statement)) throw badRequest(`The ${what} has a statement that is not an object.`);
  const {
    Effect: effect,
    Principal: principal = '*',
    Action: action,
    Resource: resource,
    Condition: condition,
  } = statement;
  const known = ['Effect', 'Principal', 'Action', 'Resource', 'Condition', 'Sid'];
  const unknown = Object.keys(statement).find((name) => !known.includes(name));
  if (unknown !== undefined) throw badRequest(`The ${what}'s ${unknown} is not supported here.`);
  if (effect !== 'Allow' && effect !== 'Deny') throw badRequest(`The ${what}'s Effect is Allow or Deny.`);
  if (principal !== '*' && !(isRecord(principal) && principal['AWS'] === '*')) {
    throw badRequest(`The ${what}'s Principal has to be "*" here.`);
  }
  const actions = texts(action, `${what}'s Action`);
  const isInvoke = actions.some((pattern) => wildcard(pattern.toLowerCase()).test(ACTION.toLowerCase()));
  const resources = texts(resource, `${what}'s Resource`);
  const conditions = parseConditions(condition, what);
  return {
    effect,
    applies: (call) =>
      isInvoke &&
      resources.some((pattern) => wildcard(fullArn(pattern, call.methodArn)).test(call.methodArn)) &&
      conditions.every((holds) => holds(call)),
  };
}

/** All of a statement's conditions have to hold. */
function parseConditions(condition: unknown, what: string): Test[] {
  if (condition === undefined) return [];
  if (!isRecord(condition)) throw badRequest(`The ${what}'s Condition is not an object.`);
  return Object.entries(condition).map(([operator, keys]) => {
    if (operator === 'Bool') return parseSecureTransport(keys, what);
    if (operator !== 'IpAddress' && operator !== 'NotIpAddress') {
      throw badRequest(
        `The ${what}'s condition ${operator} is not supported here. IpAddress, NotIpAddress and Bool are.`,
      );
    }
    const isWithin = parseAddresses(keys, what);
    return operator === 'IpAddress' ? isWithin : (call: PolicyCall) => !isWithin(call);
  });
}

/** Always true: an API of AWS answers over TLS only, and this stands in its place. */
function parseSecureTransport(keys: unknown, what: string): Test {
  const holds = valuesOf(keys, 'aws:SecureTransport', what).every((value) => value.toLowerCase() === 'true');
  return () => holds;
}

function parseAddresses(keys: unknown, what: string): Test {
  const list = new BlockList();
  for (const block of valuesOf(keys, 'aws:SourceIp', what)) addBlock(list, block);
  return ({ sourceIp }) => list.check(sourceIp, isIP(sourceIp) === 6 ? 'ipv6' : 'ipv4');
}

/** The values of the one key that an operator may have here. */
function valuesOf(keys: unknown, supported: string, what: string): string[] {
  const entries = Object.entries(keys as Properties);
  const other = entries.find(([key]) => key.toLowerCase() !== supported.toLowerCase());
  if (other !== undefined)
    throw badRequest(`The ${what}'s condition key ${other[0]} is not supported: ${supported} is.`);
  return entries.flatMap(([, value]) =>
    texts(typeof value === 'boolean' ? String(value) : value, `${what}'s ${supported}`),
  );
}

/** An address, or a block such as `203.0.113.0/24`. */
function addBlock(list: BlockList, block: string): void {
  const [address = '', bits, ...more] = block.split('/');
  const version = isIP(address);
  const length = version === 6 ? 128 : 32;
  const prefix = bits === undefined ? length : Number(bits);
  if (version === 0 || more.length > 0 || bits === '' || !Number.isInteger(prefix) || prefix < 0 || prefix > length) {
    throw badRequest(`Invalid policy document: ${block} is neither an IP address nor a CIDR block.`);
  }
  list.addSubnet(address, prefix, version === 6 ? 'ipv6' : 'ipv4');
}

function texts(value: unknown, what: string): string[] {
  const list = Array.isArray(value) ? (value as unknown[]) : [value];
  if (list.length > 0 && list.every((item) => typeof item === 'string')) return list;
  throw badRequest(`The ${what} has to be a string or a list of strings.`);
}

/** `execute-api:/dev/*` → `arn:aws:execute-api:us-east-1:123456789012:abcdef/dev/*` */
function fullArn(pattern: string, methodArn: string): string {
  if (!pattern.startsWith('execute-api:/')) return pattern;
  return `${methodArn.slice(0, methodArn.indexOf('/'))}${pattern.slice('execute-api:'.length)}`;
}
