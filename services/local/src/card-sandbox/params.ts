import { invalidRequest } from './errors.ts';
import type { Form, FormValue } from './form.ts';

const MAX_METADATA_KEYS = 50;
const MAX_METADATA_KEY = 40;
const MAX_METADATA_VALUE = 500;

/**
 * Typed access to the parameters of one request. Reading a parameter marks it as known; `rejectUnknown` then refuses
 * what nobody read, so a misspelt parameter fails here as it does at Stripe.
 */
export class Params {
  readonly #form: Form;
  readonly #prefix: string;
  readonly #known = new Set<string>();

  constructor(form: Form, prefix = '') {
    this.#form = form;
    this.#prefix = prefix;
  }

  /** The text, or undefined when absent or empty (Stripe's way to unset). Longer than `maxLength`: refused. */
  text(name: string, maxLength = 5000): string | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value !== 'string')
      throw invalidRequest(`Invalid string: ${this.#full(name)}`, { param: this.#full(name) });
    if (value.length > maxLength) {
      throw invalidRequest(`Invalid string: must be at most ${maxLength} characters`, { param: this.#full(name) });
    }
    return value;
  }

  requiredText(name: string, maxLength?: number): string {
    return this.text(name, maxLength) ?? this.#missing(name);
  }

  /** An integer written in decimal digits; anything else is `parameter_invalid_integer`. */
  integer(name: string): number | undefined {
    const value = this.text(name, 40);
    if (value === undefined) return undefined;
    const number = Number(value);
    if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) {
      throw invalidRequest(`Invalid integer: ${value}`, { code: 'parameter_invalid_integer', param: this.#full(name) });
    }
    return number;
  }

  requiredInteger(name: string): number {
    return this.integer(name) ?? this.#missing(name);
  }

  boolean(name: string): boolean | undefined {
    const value = this.text(name, 10);
    if (value === undefined) return undefined;
    if (value !== 'true' && value !== 'false') {
      throw invalidRequest(`Invalid boolean: ${value}`, { param: this.#full(name) });
    }
    return value === 'true';
  }

  oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
    const value = this.text(name, 100);
    if (value === undefined) return undefined;
    if (!(allowed as readonly string[]).includes(value)) {
      throw invalidRequest(`Invalid ${this.#full(name)}: must be one of ${allowed.join(', ')}`, {
        param: this.#full(name),
      });
    }
    return value as T;
  }

  list(name: string): string[] {
    const value = this.#take(name);
    if (value === undefined || value === '') return [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
      throw invalidRequest(`Invalid array: ${this.#full(name)}`, { param: this.#full(name) });
    }
    return value as string[];
  }

  /** The nested parameters below `name`, or undefined when there are none. */
  nested(name: string): Params | undefined {
    const value = this.#take(name);
    if (value === undefined || value === '') return undefined;
    if (typeof value === 'string' || Array.isArray(value)) {
      throw invalidRequest(`Invalid object: ${this.#full(name)}`, { param: this.#full(name) });
    }
    return new Params(value, this.#full(name));
  }

  metadata(name = 'metadata'): Record<string, string> {
    const value = this.#take(name);
    if (value === undefined || value === '') return {};
    // A map whose keys are all digits decodes as a list.
    const entries = Array.isArray(value) ? value.map((v, i) => [String(i), v] as const) : Object.entries(value);
    if (typeof value === 'string') throw invalidRequest('Invalid object: metadata', { param: name });
    if (entries.length > MAX_METADATA_KEYS) {
      throw invalidRequest(`You can set at most ${MAX_METADATA_KEYS} metadata keys`, { param: name });
    }
    for (const [key, text] of entries) this.#checkMetadata(key, text, name);
    return Object.fromEntries(entries) as Record<string, string>;
  }

  /** Marks parameters that are accepted and change nothing here. */
  ignore(...names: string[]): void {
    for (const name of names) this.#known.add(name);
  }

  /** Refuses every parameter that was neither read nor ignored: `parameter_unknown`. */
  rejectUnknown(): void {
    const unknown = Object.keys(this.#form).find((name) => !this.#known.has(name));
    if (unknown !== undefined) {
      const param = this.#full(unknown);
      throw invalidRequest(`Received unknown parameter: ${param.slice(0, 100)}`, { code: 'parameter_unknown', param });
    }
  }

  #checkMetadata(key: string, text: FormValue, name: string): void {
    const param = `${name}[${key}]`;
    if (typeof text !== 'string') throw invalidRequest('Metadata values must be strings', { param });
    if (key.length > MAX_METADATA_KEY || text.length > MAX_METADATA_VALUE) {
      throw invalidRequest(
        `Metadata keys have at most ${MAX_METADATA_KEY} characters, values at most ${MAX_METADATA_VALUE}`,
        { param },
      );
    }
  }

  #take(name: string): FormValue | undefined {
    this.#known.add(name);
    return this.#form[name];
  }

  #missing(name: string): never {
    const param = this.#full(name);
    throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
  }

  #full(name: string): string {
    return this.#prefix ? `${this.#prefix}[${name}]` : name;
  }
}
