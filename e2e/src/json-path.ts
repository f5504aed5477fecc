import type { JsonObject, JsonValue } from '@bufbuild/protobuf';

/** `lines[].unit_price` → ['lines', 0, 'unitPrice']: where a field is in a request's JSON, in the first item of a list. */
export function jsonPath(path: string): (string | number)[] {
  return path.split('.').flatMap((part) => {
    const name = part.replace(/\[\]$/, '').replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    return part.endsWith('[]') ? [name, 0] : [name];
  });
}

/** The value there, or undefined. */
export function valueAt(request: JsonObject, path: string): JsonValue | undefined {
  return jsonPath(path).reduce<JsonValue | undefined>((value, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return typeof value === 'object' && value !== null ? value[key] : undefined;
  }, request);
}

/** A copy of the request with another value there; undefined removes it. Parents that are missing are made. */
export function withValue(request: JsonObject, path: string, value: JsonValue | undefined): JsonObject {
  const copy = structuredClone(request);
  const keys = jsonPath(path);
  const last = keys.pop()!;
  let parent: JsonObject | JsonValue[] = copy;
  for (const [index, key] of keys.entries()) {
    const next = keys[index + 1] ?? last;
    const there: JsonValue | undefined = (parent as JsonObject)[key];
    const child: JsonObject | JsonValue[] =
      typeof there === 'object' && there !== null ? there : typeof next === 'number' ? [] : {};
    (parent as JsonObject)[key] = child;
    parent = child;
  }
  if (value !== undefined) (parent as JsonObject)[last] = value;
  else if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else delete parent[last];
  return copy;
}
