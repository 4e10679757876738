import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject } from '@dure/local-http/json';
import { type MessageAttributes, parseAttributes } from '@dure/sqs';
import { type Input, mapOf } from './input.ts';

const MAX_ATTRIBUTES = 1000;
const MAX_NAME_BYTES = 256;
const TYPE = /^(String|Number|Binary)(\.|$)/;

/**
 * Checks the attributes of a message, in SNS's words where they are not those of SQS.
 * @param place where they stand in a request: `publishBatchRequestEntries.1.member.`
 * @throws AwsError `ParameterValueInvalid`, `ValidationError`
 * Source: https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html
 */
export function attributesOf(input: Input, place = ''): MessageAttributes {
  const given = mapOf(input['MessageAttributes'], 'Name', 'Value');
  for (const [name, attribute] of Object.entries(given)) {
    checkName(name);
    checkValue(name, isObject(attribute) ? attribute : {}, place);
  }
  try {
    return parseAttributes(given, 'user', MAX_ATTRIBUTES);
  } catch (error) {
    throw error instanceof AwsError ? invalidValue(error.message) : error;
  }
}

const invalidValue = (message: string): AwsError => new AwsError('ParameterValueInvalid', message);

function checkName(name: string): void {
  if (Buffer.byteLength(name) >= MAX_NAME_BYTES) {
    throw invalidValue(`Length of message attribute name must be less than ${MAX_NAME_BYTES} bytes.`);
  }
  const [character] = /[^\p{L}\p{N}_.-]/u.exec(name) ?? [];
  if (character !== undefined) {
    const code = character.codePointAt(0)!.toString(16).toUpperCase();
    throw invalidValue(
      `Invalid non-alphanumeric character '#x${code}' was found in the message attribute name. ` +
        'Can only include alphanumeric characters, hyphens, underscores, or dots.',
    );
  }
  if (name.startsWith('.')) throw invalidValue("Invalid message attribute name starting with character '.' was found.");
  if (name.endsWith('.')) throw invalidValue("Invalid message attribute name ending with character '.' was found.");
  if (name.includes('..')) throw invalidValue("Message attribute name can not have successive '.' character.");
}

function checkValue(
  name: string,
  { DataType: type, StringValue: text, BinaryValue: binary }: Input,
  place: string,
): void {
  if (type === undefined) {
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value null at '${place}messageAttributes.${name}.member.dataType' failed to satisfy ` +
        'constraint: Member must not be null',
    );
  }
  const base = TYPE.exec(String(type))?.[1];
  if (base === undefined) return;
  const [field, value, other] = base === 'Binary' ? ['Binary', binary, text] : ['String', text, binary];
  if ((value ?? '') !== '') return;
  throw invalidValue(
    (other ?? '') === ''
      ? `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${base}'.`
      : `The message attribute '${name}' with type '${base}' must use field '${field}'.`,
  );
}
