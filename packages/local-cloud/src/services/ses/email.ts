import { isObject } from '@dure/local-http/json';
import { AwsError } from '@dure/aws-protocols/aws-error';

/** A mail as it was sent. */
export interface Email {
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly bcc: readonly string[];
  readonly replyTo: readonly string[];
  readonly subject: string;
  readonly text?: string;
  readonly html?: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Source: https://docs.aws.amazon.com/ses/latest/dg/quotas.html */
const MAX_RECIPIENTS = 50;
/** `Ada <ada@example.com>`, or the address alone. SMTPUTF8, beyond ASCII in the local part, SES does not take. */
const ADDRESS = /^(?:[^<>\r\n]*<)?[!#-'*+\-./0-9=?A-Z^-~]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?>?$/;

/**
 * Reads SendEmail's input.
 * @throws AwsError BadRequestException, for what SES refuses and for what is not supported here
 * Source: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
 */
export function readEmail(input: Fields): Email {
  refuseUnknown(input, 'SendEmail', ['FromEmailAddress', 'Destination', 'Content', 'ReplyToAddresses', 'EmailTags']);
  const destination = object(input['Destination'] ?? {}, 'Destination');
  refuseUnknown(destination, 'Destination', ['ToAddresses', 'CcAddresses', 'BccAddresses']);
  const [to = [], cc = [], bcc = []] = ['ToAddresses', 'CcAddresses', 'BccAddresses'].map((name) =>
    addresses(destination[name], name),
  );
  const recipients = to.length + cc.length + bcc.length;
  if (recipients === 0) throw refused('Destination: at least one address is required.');
  if (recipients > MAX_RECIPIENTS) throw refused(`Recipient count exceeds ${MAX_RECIPIENTS}.`);
  return {
    ...{ to, cc, bcc },
    from: address(input['FromEmailAddress'], 'FromEmailAddress'),
    replyTo: addresses(input['ReplyToAddresses'], 'ReplyToAddresses'),
    ...contentOf(object(input['Content'], 'Content')),
  };
}

function contentOf(content: Fields): Pick<Email, 'subject' | 'text' | 'html'> {
  refuseUnknown(content, 'Content', ['Simple']);
  const simple = object(content['Simple'], 'Content.Simple');
  refuseUnknown(simple, 'Content.Simple', ['Subject', 'Body']);
  const body = object(simple['Body'], 'Content.Simple.Body');
  refuseUnknown(body, 'Content.Simple.Body', ['Text', 'Html']);
  const [text, html] = ['Text', 'Html'].map((name) =>
    body[name] === undefined ? undefined : data(body[name], `Content.Simple.Body.${name}`),
  );
  if (text === undefined && html === undefined) throw refused('Content.Simple.Body: Text or Html is required.');
  const subject = data(simple['Subject'], 'Content.Simple.Subject');
  if (/[\r\n]/.test(subject)) throw refused('Content.Simple.Subject: a line break is not allowed.');
  return { subject, ...(text !== undefined && { text }), ...(html !== undefined && { html }) };
}

function data(value: unknown, where: string): string {
  const content = object(value, where);
  refuseUnknown(content, where, ['Data', 'Charset']);
  if (typeof content['Data'] === 'string') return content['Data'];
  throw refused(`${where}.Data is required, and has to be a text.`);
}

function addresses(value: unknown, where: string): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refused(`${where} has to be a list.`);
  return value.map((it) => address(it, where));
}

function address(value: unknown, where: string): string {
  if (typeof value === 'string' && ADDRESS.test(value) && value.includes('<') === value.endsWith('>')) return value;
  throw refused(`${where}: ${JSON.stringify(value)} is not an e-mail address.`);
}

function object(value: unknown, where: string): Fields {
  if (isObject(value)) return value;
  throw refused(`${where} is required, and has to be an object.`);
}

function refuseUnknown(fields: Fields, where: string, known: readonly string[]): void {
  const unknown = Object.keys(fields).find((name) => !known.includes(name));
  if (unknown !== undefined) throw refused(`${where}: ${unknown} is not supported locally.`);
}

const refused = (message: string): AwsError => new AwsError('BadRequestException', message);
