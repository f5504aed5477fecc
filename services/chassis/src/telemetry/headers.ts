import { type Context, context, propagation, type TextMapGetter, type TextMapSetter, trace } from '@opentelemetry/api';

const getter: TextMapGetter<Headers> = {
  get: (headers, name) => headers.get(name) ?? undefined,
  keys: (headers) => [...headers.keys()],
};

const setter: TextMapSetter<Headers> = { set: (headers, name, value) => headers.set(name, value) };

/** What a call's span is to be below: the one that runs here, otherwise the one that its headers name. */
export function contextOf(headers: Headers): Context {
  const active = context.active();
  return trace.getSpan(active) ? active : propagation.extract(active, headers, getter);
}

/** Gives headers the trace parent that `from` holds. */
export function passOn(from: Context, headers: Headers): void {
  propagation.inject(from, headers, setter);
}
