/** Names that data about a person goes by, in words. */
const PERSONAL = oneOf(
  '(?:(?:first|last|full|given|family|middle|user|recipient|customer|contact|display|holder) ?)*names?',
  '(?:.* )?(?:e ?)?mail(?: ?address(?:es)?)?|(?:.* )?address(?:es)?|addressee|recipient|customer',
  'line ?[1-4]|street|house ?number|city|town|region|post(?:al ?)?code|zip(?: ?code)?',
  '(?:.* )?phones?(?: ?numbers?)?|mobile|tel(?:ephone)?|fax',
  'birth ?(?:day|date)|date of birth|age|gender|sex|nationality|passport(?: ?number)?|ssn|tax ?id',
  'iban|bic|card(?: ?(?:number|holder))?|payment ?method(?: ?id)?',
  '(?:.* )?(?:notes?|comments?|remarks?)|ip(?: ?address)?|user ?agent',
);
/** Names that what gives power to its holder goes by. */
const SECRET = oneOf('(?:.* )?(?:secret|password|passphrase|token|api ?key|private ?key|credentials?)');

function oneOf(...names: string[]): RegExp {
  return new RegExp(`^(?:${names.join('|')})$`);
}

/** `shippingAddress`, `shipping_address` → `shipping address` */
const words = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();

/** Whether a field is named like data about a person. */
export const isNamedPersonal = (name: string): boolean => PERSONAL.test(words(name));

/** Whether a field is named like a secret. */
export const isNamedSecret = (name: string): boolean => SECRET.test(words(name));
