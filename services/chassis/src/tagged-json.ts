/** JSON has no bigint, Date or bytes; each is written as an object with one of these keys. */
const BIGINT = '$bigint';
const DATE = '$date';
const BYTES = '$bytes';

/** JSON text in which bigint, Date and Buffer survive; `undefined` at the top becomes null. */
export function stringifyTagged(value: unknown): string {
  return JSON.stringify(value, tag) ?? 'null';
}

/** Reads what `stringifyTagged` wrote. */
export function parseTagged(text: string): unknown {
  return JSON.parse(text, untag);
}

function tag(this: unknown, name: string, value: unknown): unknown {
  // JSON.stringify has called toJSON on Date and Buffer before the replacer sees them; the holder still has them.
  const original = (this as Record<string, unknown>)[name];
  if (typeof original === 'bigint') return { [BIGINT]: original.toString() };
  if (original instanceof Date) return { [DATE]: original.toISOString() };
  if (original instanceof Uint8Array) return { [BYTES]: Buffer.from(original).toString('base64') };
  return value;
}

function untag(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const [entry, more] = Object.entries(value);
  if (!entry || more || typeof entry[1] !== 'string') return value;
  const [key, text] = entry;
  if (key === BIGINT) return BigInt(text);
  if (key === DATE) return new Date(text);
  if (key === BYTES) return Buffer.from(text, 'base64');
  return value;
}
