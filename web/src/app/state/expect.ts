/**
 * The part of a reply that its contract always sends. Protobuf makes every message field optional; an absent one here is
 * a fault of the service, and ends as a failed call rather than as an empty page.
 */
export function expect<T>(part: T | undefined, name: string): T {
  if (part === undefined) throw new Error(`The reply has no ${name}.`);
  return part;
}
