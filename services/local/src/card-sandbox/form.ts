import { invalidRequest } from './errors.ts';

/** A decoded request parameter: text, or a map or list of further parameters. */
export type FormValue = string | FormValue[] | { [name: string]: FormValue };
/** The decoded parameters of one request. */
export type Form = { [name: string]: FormValue };

const MAX_PAIRS = 500;
const MAX_DEPTH = 6;

/**
 * Decodes Stripe's form encoding: `a=1&metadata[order]=7&expand[0]=charge&expand[]=customer`.
 * Maps have no prototype, so a key such as `__proto__` is a plain key.
 * Throws an `invalid_request_error` when there are too many pairs, a key is malformed or nested too deeply,
 * or one name is used both as text and as a map.
 */
export function decodeForm(encoded: string): Form {
  const root = emptyMap();
  const pairs = encoded === '' ? [] : encoded.split('&');
  if (pairs.length > MAX_PAIRS) throw invalidRequest(`Received more than ${MAX_PAIRS} parameters.`);
  for (const pair of pairs) {
    const [name, value] = splitPair(pair);
    assign(root, path(name), value, name);
  }
  return listsOf(root) as Form;
}

function splitPair(pair: string): [string, string] {
  const equals = pair.indexOf('=');
  return equals < 0 ? [decode(pair), ''] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw invalidRequest('The request is not valid form encoding.');
  }
}

function path(name: string): string[] {
  const match = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name);
  if (!match) throw invalidRequest(`Invalid parameter name: ${name.slice(0, 100)}`);
  const nested = [...(match[2] as string).matchAll(/\[([^[\]]*)\]/g)].map((part) => part[1] as string);
  if (nested.length >= MAX_DEPTH) throw invalidRequest(`Parameter nested too deeply: ${name.slice(0, 100)}`);
  return [match[1] as string, ...nested];
}

function assign(root: Form, keys: string[], value: string, name: string): void {
  let map = root;
  for (const key of keys.slice(0, -1)) {
    const next = map[key] ?? emptyMap();
    if (typeof next === 'string' || Array.isArray(next)) throw clash(name);
    map[key] = next;
    map = next;
  }
  const last = keys.at(-1) as string;
  // `list[]` appends: the next free index.
  const key = last === '' ? String(Object.keys(map).length) : last;
  if (map[key] !== undefined && typeof map[key] !== 'string') throw clash(name);
  map[key] = value;
}

function listsOf(value: FormValue): FormValue {
  if (typeof value === 'string' || Array.isArray(value)) return value;
  const keys = Object.keys(value);
  if (keys.length > 0 && keys.every((key) => /^\d{1,3}$/.test(key))) {
    return keys.sort((a, b) => Number(a) - Number(b)).map((key) => listsOf(value[key] as FormValue));
  }
  for (const key of keys) value[key] = listsOf(value[key] as FormValue);
  return value;
}

function emptyMap(): Form {
  return Object.create(null) as Form;
}

function clash(name: string) {
  return invalidRequest(`Parameter ${name.slice(0, 100)} is given both as text and as an object.`);
}
