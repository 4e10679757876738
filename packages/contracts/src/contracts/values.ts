import * as z from 'zod/mini';
import { personal } from './marks.ts';

/**
 * Values that contracts of several services share. Objects let unknown fields pass, so that a message may grow without
 * breaking its consumers; what a client sends is held to {@link strict} ones, so that a misspelt field is refused.
 */

export const strict = <Shape extends z.core.$ZodShape>({ shape }: z.ZodMiniObject<Shape>) => z.strictObject(shape);

export const Uuid = z.uuid();

export const Instant = z.iso.datetime();

export const Sku = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
    z.describe('Stock keeping unit: letters, digits, dot, underscore and hyphen, at most 64 characters'),
  );

/** Some of them, for one request: as many as one BatchGetItem reads. */
export const Skus = z
  .string()
  .check(
    z.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}(?:,[A-Za-z0-9][A-Za-z0-9._-]{0,63}){0,99}$/),
    z.describe('Up to 100 SKUs, separated by commas'),
  );
export const CustomerId = z.string().check(z.regex(/^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/));

/** The active ISO 4217 codes. Source: https://www.six-group.com/en/products-services/financial-information/data-standards.html */
export const Currency = z.enum(
  (
    'AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY ' +
    'COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ' +
    'ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK ' +
    'MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF ' +
    'SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU ' +
    'UZS VED VES VND VUV WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG'
  ).split(' '),
);

/** Minor units: 1999 USD is 19.99 dollars, 1999 KRW is 1999 won. */
export const MinorUnits = z.int().check(z.gte(0), z.lte(1_000_000_000_000));

export const Money = z.object({ amount: MinorUnits, currency: Currency });
export type Money = z.output<typeof Money>;

export const Quantity = z.int().check(z.gte(1), z.lte(1_000_000));

/** Visible text: no control characters, so that it can stand in logs, headers and mails. */
export const text = (maxLength: number) =>
  z.string().check(z.minLength(1), z.maxLength(maxLength), z.regex(/^[^\u0000-\u001f\u007f]*$/));

export const Email = personal(z.email().check(z.maxLength(254)));

export const OrderLine = z.object({ sku: Sku, quantity: Quantity });
export type OrderLine = z.output<typeof OrderLine>;

/** Lines per order: a reservation of all of them, with its event and marker, must fit one transaction of 100 items. */
export const MAX_ORDER_LINES = 40;

export const OrderLines = z.array(OrderLine).check(z.minLength(1), z.maxLength(MAX_ORDER_LINES));
export const StrictOrderLines = z.array(strict(OrderLine)).check(z.minLength(1), z.maxLength(MAX_ORDER_LINES));

const Link = z.strictObject({ href: z.string(), templated: z.optional(z.boolean()) });

/** HAL links. Source: https://datatracker.ietf.org/doc/html/draft-kelly-json-hal */
export const Links = z.record(z.string(), Link);

/** A page's place in a list: opaque, made by the service that answered it. */
export const Cursor = z.string().check(z.minLength(1), z.maxLength(2048), z.regex(/^[A-Za-z0-9_-]+$/));

export const PageSize = z.coerce.number().check(z.int(), z.gte(1), z.lte(100));

/** One page of a list: `_links.next` is there while more follows. */
export const page = <Item extends z.ZodMiniType>(item: Item) => z.strictObject({ items: z.array(item), _links: Links });
