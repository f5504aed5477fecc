import { type DescField, type DescMessage, getOption, hasExtension, ScalarType } from '@bufbuild/protobuf';
import type { GenExtension } from '@bufbuild/protobuf/codegenv2';
import {
  type FieldRules,
  field as fieldRules,
  type StringRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import * as rules from '../gen/finflow/common/v1/rules_pb.ts';

// Our rules that also bound the length of what they accept.
const bounded: readonly GenExtension<StringRules, boolean>[] = [
  rules.calendar_date,
  rules.calendar_month,
  rules.currency_code,
  rules.request_id,
  rules.metadata_key,
  rules.account_code,
  rules.account_reference,
  rules.category_key,
];

/** One line for each field, in `requests` and the messages in them, whose rules let it be of any size or value. */
export function unboundedFields(requests: readonly DescMessage[]): string[] {
  return [...withNested(requests)]
    .flatMap(({ fields }) => fields)
    .filter((field) => !isBounded(field, getOption(field, fieldRules)))
    .map((field) => `${field.parent.typeName}.${field.name} is part of a request and has no bounds`);
}

function withNested(messages: readonly DescMessage[], seen = new Set<DescMessage>()): Set<DescMessage> {
  for (const message of messages) {
    // Messages of Google's own, such as Timestamp, check themselves when they are decoded.
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
      return true;
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

function isBoolean(field: DescField): boolean {
  return field.fieldKind === 'scalar' && field.scalar === ScalarType.BOOL;
}

function bounds({ type }: Pick<FieldRules, 'type'>): boolean {
  switch (type.case) {
    case 'string':
      return (
        type.value.maxLen > 0n ||
        type.value.wellKnown.case === 'uuid' ||
        bounded.some((rule) => hasExtension(type.value, rule))
      );
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
