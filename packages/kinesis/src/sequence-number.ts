/** Kinesis has numbers of 56 digits that begin so. */
const PREFIX = '49';
const ID_DIGITS = 42;
const SHARD_DIGITS = 12;
const FORM = new RegExp(`^${PREFIX}(\\d{${ID_DIGITS}})(\\d{${SHARD_DIGITS}})$`);

/** Where a record stands: its number among all records, and its shard's. */
export interface Place {
  readonly id: number;
  readonly shard: number;
}

/** A sequence number: as numbers, later ones of a shard are larger, and those of a child than those of its parents. */
export function sequenceNumber({ id, shard }: Place): string {
  return `${PREFIX}${String(id).padStart(ID_DIGITS, '0')}${String(shard).padStart(SHARD_DIGITS, '0')}`;
}

/** What a sequence number says; undefined where it is none of this system's. */
export function parseSequenceNumber(text: string): Place | undefined {
  const [, id, shard] = FORM.exec(text) ?? [];
  if (id === undefined || !Number.isSafeInteger(Number(id))) return undefined;
  return { id: Number(id), shard: Number(shard) };
}
