/**
 * How a function proves which role it has, without a secret of its own: it signs a question to AWS's Security Token Service,
 * who it is (`GetCallerIdentity`), and gives the signed question to this service, which asks it. Vault and the authenticator
 * of EKS do the same.
 */

/** What a client names such a proof in `client_assertion_type` (RFC 7521). */
export const ROLE_PROOF = 'urn:dure:oauth:client-assertion-type:aws-role';

/** The header that the signature covers: whom the proof is for, so that nobody else can use it here, nor one of here there. */
export const FOR_HEADER = 'x-dure-issuer';

/** The longest life of a proof. */
export const MAX_SECONDS = 60;
/** Clocks differ by this much. */
const SKEW_MS = 5_000;

/** Everything that such a question has, and how each part of it looks. Session tokens are longer than anything else. */
const PARAMETERS: Readonly<Record<string, RegExp>> = {
  Action: /^GetCallerIdentity$/,
  Version: /^2011-06-15$/,
  'X-Amz-Algorithm': /^AWS4-HMAC-SHA256$/,
  'X-Amz-Credential': /^\w{3,128}\/\d{8}\/[a-z0-9-]{1,32}\/sts\/aws4_request$/,
  'X-Amz-Date': /^\d{8}T\d{6}Z$/,
  'X-Amz-Expires': /^[1-9]\d?$/,
  'X-Amz-Security-Token': /^[\w+/=-]{1,8192}$/,
  'X-Amz-Signature': /^[0-9a-f]{64}$/,
  'X-Amz-SignedHeaders': new RegExp(`^host;${FOR_HEADER}$`),
};

/**
 * The question as it may be asked: these parameters and no others, each as it should be, signed for this region and not
 * long ago. Undefined for anything else: what a client sends never decides where, or what else, this service asks.
 *
 * @param proof the query of the signed question
 * @param now in milliseconds since 1970
 */
export function questionOf(proof: string, { region, now }: { region: string; now: number }): string | undefined {
  const given = [...new URLSearchParams(proof)];
  const fields = new Map(given);
  const names = Object.keys(PARAMETERS);
  if (given.length !== names.length || !names.every((name) => PARAMETERS[name]!.test(fields.get(name) ?? ''))) {
    return undefined;
  }
  const signedAt = timeOf(fields.get('X-Amz-Date')!);
  const seconds = Number(fields.get('X-Amz-Expires'));
  const isNow = signedAt - SKEW_MS <= now && now <= signedAt + seconds * 1_000;
  if (!isNow || seconds > MAX_SECONDS || fields.get('X-Amz-Credential')!.split('/')[2] !== region) return undefined;
  return new URLSearchParams(names.map((name): [string, string] => [name, fields.get(name)!])).toString();
}

/** `20261130T101500Z` in milliseconds since 1970; NaN for a time that there is not. */
const timeOf = (text: string): number =>
  Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** Whom AWS says somebody is. */
export interface AwsIdentity {
  readonly account: string;
  readonly arn: string;
}

export interface StageRoles {
  readonly account: string;
  readonly stage: string;
  /** The services that have an identity. */
  readonly services: readonly string[];
}

/** `arn:aws:sts::123456789012:assumed-role/gateway-dev-ApiRole-A1B2C3/gateway-dev-api` */
const ASSUMED_ROLE = /^arn:aws(?:-[a-z]+)*:sts::(\d{12}):assumed-role\/([\w+=,.@-]+)\/[\w+=,.@-]+$/;

/**
 * The service whose function has the role: CloudFormation names it `{service}-{stage}-{logical id}-{random}`, a laptop without
 * the end. Between the two there is no hyphen, so that a service `a` in a stage `b` is never taken for `a-b`.
 */
export function serviceOf({ account, arn }: AwsIdentity, stage: StageRoles): string | undefined {
  const [, inArn, role = ''] = ASSUMED_ROLE.exec(arn) ?? [];
  if (account !== stage.account || inArn !== account) return undefined;
  return stage.services.find((service) => {
    const start = `${service}-${stage.stage}-`;
    const end = stage.stage === 'local' ? /^[A-Za-z0-9]+$/ : /^[A-Za-z0-9]+-[A-Za-z0-9]+$/;
    return role.startsWith(start) && end.test(role.slice(start.length));
  });
}
