import {
  type DescField,
  type DescMessage,
  getExtension,
  hasExtension,
  type JsonValue,
  ScalarType,
} from '@bufbuild/protobuf';
import type { GenExtension } from '@bufbuild/protobuf/codegenv2';
import {
  type EnumRules,
  type FieldRules,
  Ignore,
  type StringRules,
} from '@bufbuild/protovalidate/gen/buf/validate/validate_pb.js';
import * as own from '@finflow/proto/finflow/common/v1/rules_pb';
import { messageOf, rulesOf } from './contracts.ts';

/** A value that a field must not have. */
export interface BadValue {
  /** `lines[].account`: where it goes, in the first item of a list. */
  readonly path: string;
  readonly what: string;
  /** Undefined leaves the field out. */
  readonly value: JsonValue | undefined;
}

type Bad = readonly [what: string, value: JsonValue | undefined];

/** Wrong values for each field of a request, made from the rules in its contract. */
export function badValues(message: DescMessage): BadValue[] {
  return message.fields.flatMap((field) => {
    const path = field.fieldKind === 'list' && field.message ? `${field.name}[]` : field.name;
    const nested = messageOf(field);
    const inner = nested?.typeName.startsWith('finflow.') ? badValues(nested) : [];
    return [
      ...badFor(field).map(([what, value]) => ({ path: field.name, what, value })),
      ...inner.map((bad) => ({ ...bad, path: `${path}.${bad.path}` })),
    ];
  });
}

function badFor(field: DescField): Bad[] {
  const rules = rulesOf(field);
  switch (field.fieldKind) {
    case 'list':
      return [['not a list', 'abc'], ...badLists(field, rules)];
    case 'map':
      return [['not a map', 'abc'], ...badMaps(rules)];
    case 'message':
      return [['not a message', 'abc'], ...missing(rules), ...badAmounts(rules), ...badInstants(rules)];
    case 'enum':
      return [['not a value of it', 'NOT_A_VALUE'], ['no known number', 99], ...missing(rules)];
    case 'scalar':
      return [...wrongType(field.scalar), ...badScalars(rules)];
  }
}

function missing({ required }: FieldRules): Bad[] {
  return required ? [['left out', undefined]] : [];
}

function wrongType(scalar: ScalarType): Bad[] {
  switch (scalar) {
    case ScalarType.INT32:
      return [
        ['not a number', 'abc'],
        ['not whole', 1.5],
        ['beyond 32 bits', 2 ** 31],
      ];
    case ScalarType.INT64:
      // Amounts are minor units: a fraction is more decimals than the currency has.
      return [
        ['not a number', 'abc'],
        ['not whole', '12.5'],
        ['beyond 64 bits', '9223372036854775808'],
      ];
    case ScalarType.BOOL:
      return [['neither true nor false', 'maybe']];
    default:
      return [['not text', { a: 1 }]];
  }
}

function badScalars(rules: FieldRules): Bad[] {
  const { type } = rules;
  switch (type.case) {
    case 'string':
      return badStrings(type.value, rules.ignore === Ignore.IF_ZERO_VALUE);
    case 'int32':
    case 'int64': {
      const { greaterThan, lessThan } = type.value;
      return [
        ...(greaterThan.case === 'gte' ? [['too small', String(BigInt(greaterThan.value) - 1n)] as const] : []),
        ...(lessThan.case === 'lte' ? [['too large', String(BigInt(lessThan.value) + 1n)] as const] : []),
      ];
    }
    case 'bytes':
      return type.value.minLen > 0n ? [['empty', '']] : [];
    default:
      return [];
  }
}

/** What breaks each rule of ours; an empty text breaks those marked so. */
const breaking: readonly (readonly [GenExtension<StringRules, boolean>, emptyToo: boolean, ...Bad[]])[] = [
  [
    own.calendar_date,
    true,
    ['no such day', '2026-02-30'],
    ['another notation', '31.12.2026'],
    ['year 0', '0000-01-01'],
  ],
  [
    own.business_date,
    true,
    ['no such day', '2026-02-30'],
    ['no leap year', '2100-02-29'],
    ['another notation', '31.12.2026'],
    ['a year too early', '1899-12-31'],
    ['a year too late', '2200-01-01'],
  ],
  [own.calendar_month, true, ['no such month', '2026-13'], ['a date', '2026-01-01']],
  [own.currency_code, true, ['lower case', 'usd'], ['too long', 'DOLLAR']],
  [own.single_line, false, ['two lines', 'one\ntwo'], ['a control character', 'a\u0000b']],
  [own.multi_line, false, ['a control character', 'a\u0000b']],
  [own.not_blank, true, ['blank', ' \u00a0 ']],
  [own.printable, true, ['a space in it', 'a b']],
  [own.request_id, false, ['a space in it', 'a b'], ['too long', 'a'.repeat(129)]],
  [own.processor_source, true, ['a card number', '4242424242424242']],
  [own.account_code, true, ['not a code', '!']],
  [own.account_reference, true, ['neither code nor id', 'not an account!']],
  [own.category_key, true, ['not a key', 'Not A Key']],
];

function badStrings(rules: StringRules, emptyIsFine: boolean): Bad[] {
  const bad: Bad[] = [];
  let emptyIsBad = rules.minLen > 0n || rules.wellKnown.case !== undefined;
  if (rules.maxLen > 0n) bad.push(['too long', 'a'.repeat(Number(rules.maxLen) + 1)]);
  if (rules.minLen > 1n) bad.push(['too short', 'a'.repeat(Number(rules.minLen) - 1)]);
  if (rules.wellKnown.case === 'uuid') bad.push(['not an id', 'not-an-id']);
  if (rules.wellKnown.case === 'email')
    bad.push(['not an address', 'somebody at example'], ['a list', 'a@b.example, c@d.example']);
  for (const [rule, emptyToo, ...values] of breaking) {
    if (!hasExtension(rules, rule) || !getExtension(rules, rule)) continue;
    bad.push(...values);
    emptyIsBad ||= emptyToo;
  }
  if (emptyIsBad && !emptyIsFine) bad.push(['empty', '']);
  return bad;
}

function badAmounts({ cel }: FieldRules): Bad[] {
  if (!cel.some(({ id }) => id === 'money.positive')) return [];
  return [
    ['nothing', { currencyCode: 'USD', amountMinor: '0' }],
    ['below zero', { currencyCode: 'USD', amountMinor: '-1' }],
  ];
}

function badInstants({ type }: FieldRules): Bad[] {
  if (type.case !== 'timestamp') return [];
  return [
    ['not an instant', 'yesterday'],
    ['before 1970', '1969-12-31T23:59:59Z'],
  ];
}

function badLists(field: DescField & { fieldKind: 'list' }, { type }: FieldRules): Bad[] {
  if (type.case !== 'repeated') return [];
  const { minItems, maxItems, items } = type.value;
  const item: JsonValue = field.listKind === 'message' ? {} : field.listKind === 'enum' ? 1 : 'a';
  const bad: Bad[] = [];
  if (minItems > 1n) bad.push(['too few', [item]]);
  if (minItems === 1n) bad.push(['empty', []]);
  if (maxItems > 0n) bad.push(['too many', Array<JsonValue>(Number(maxItems) + 1).fill(item)]);
  if (items?.type.case === 'enum') bad.push(['an unknown number', [99]], ...unnamed(items.type.value));
  if (items?.type.case === 'string')
    bad.push(...badStrings(items.type.value, false).map(([what, one]): Bad => [what, [one!]]));
  return bad;
}

function unnamed(rules: EnumRules): Bad[] {
  return hasExtension(rules, own.named) && getExtension(rules, own.named) ? [['unspecified', [0]]] : [];
}

function badMaps({ type }: FieldRules): Bad[] {
  if (type.case !== 'map') return [];
  const { maxPairs, keys, values } = type.value;
  const bad: Bad[] = [];
  if (maxPairs > 0n) {
    const pairs = Array.from({ length: Number(maxPairs) + 1 }, (_, index) => [`key${index}`, 'value']);
    bad.push(['too many', Object.fromEntries(pairs) as JsonValue]);
  }
  if (keys?.type.case === 'string') bad.push(['a bad key', { 'not a key!': 'value' }]);
  if (values?.type.case === 'string') {
    bad.push(...badStrings(values.type.value, false).map(([what, one]): Bad => [`a value: ${what}`, { key: one! }]));
  }
  return bad;
}
