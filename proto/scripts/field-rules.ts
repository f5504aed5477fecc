import { type DescField, type DescMessage, getOption, hasExtension, ScalarType } from '@bufbuild/protobuf';
import type { GenExtension } from '@bufbuild/protobuf/codegenv2';
import {
  type FieldRules,
  field as fieldRules,
  type StringRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import * as rules from '../gen/finflow/common/v1/rules_pb.ts';

type StringRule = GenExtension<StringRules, boolean>;

// Our rules that bound the length of what they accept, and by its alphabet.
const closed: readonly StringRule[] = [
  rules.business_date,
  rules.calendar_date,
  rules.calendar_month,
  rules.currency_code,
  rules.request_id,
  rules.metadata_key,
  rules.account_code,
  rules.account_reference,
  rules.category_key,
];

// Our rules that keep out control characters: text with U+0000 in it would end as a fault of the database.
const clean: readonly StringRule[] = [rules.single_line, rules.multi_line, rules.printable, rules.processor_source];

// Opaque to the database: hashed, or taken apart by the code that lists.
const opaque = /(^|_)(password|token)$|^order_by$/;

/**
 * One line for each field, in `requests` and the messages in them, whose rules let it be of any size or value, or hold
 * control characters.
 */
export function fieldBreaches(requests: readonly DescMessage[]): string[] {
  const fields = [...withNested(requests)].flatMap(({ fields }) => fields);
  const breach = (accepts: (field: DescField, rules: FieldRules) => boolean, words: string) =>
    fields
      .filter((field) => !accepts(field, getOption(field, fieldRules)))
      .map((field) => `${field.parent.typeName}.${field.name} is part of a request and ${words}`);
  return [...breach(isBounded, 'has no bounds'), ...breach(isClean, 'lets control characters in')];
}

function withNested(messages: readonly DescMessage[], seen = new Set<DescMessage>()): Set<DescMessage> {
  for (const message of messages) {
    // What is in a Timestamp is the business of the field that holds it.
    if (seen.has(message) || message.typeName.startsWith('google.')) continue;
    seen.add(message);
    withNested(
      message.fields.map(({ message }) => message).filter((nested) => nested !== undefined),
      seen,
    );
  }
  return seen;
}

function isBounded(field: DescField, { type }: FieldRules): boolean {
  switch (field.fieldKind) {
    case 'message':
      return field.message.typeName !== 'google.protobuf.Timestamp' || type.case === 'timestamp';
    case 'list':
      return (
        type.case === 'repeated' &&
        type.value.maxItems > 0n &&
        (field.listKind === 'message' || (type.value.items !== undefined && bounds(type.value.items)))
      );
    case 'map':
      return (
        type.case === 'map' &&
        type.value.maxPairs > 0n &&
        type.value.keys !== undefined &&
        bounds(type.value.keys) &&
        (field.mapKind === 'message' || (type.value.values !== undefined && bounds(type.value.values)))
      );
    default:
      return isBoolean(field) || bounds({ type });
  }
}

function isClean(field: DescField, { type }: FieldRules): boolean {
  if (opaque.test(field.name)) return true;
  const text = type.case === 'map' ? type.value.values?.type : type.case === 'repeated' ? type.value.items?.type : type;
  if (text?.case !== 'string') return true;
  const { value } = text;
  return value.wellKnown.case !== undefined || hasOneOf(value, closed) || hasOneOf(value, clean);
}

function hasOneOf(stringRules: StringRules, candidates: readonly StringRule[]): boolean {
  return candidates.some((rule) => hasExtension(stringRules, rule));
}

function isBoolean(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.BOOL;
}

function bounds({ type }: Pick<FieldRules, 'type'>): boolean {
  switch (type.case) {
    case 'string':
      return type.value.maxLen > 0n || type.value.wellKnown.case === 'uuid' || hasOneOf(type.value, closed);
    case 'bytes':
      return type.value.maxLen > 0n;
    case 'enum':
      return type.value.definedOnly;
    case 'int32':
    case 'int64':
      return type.value.greaterThan.case !== undefined;
    default:
      return false;
  }
}
