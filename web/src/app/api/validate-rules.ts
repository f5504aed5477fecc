// What the contracts need of `buf/validate/validate.proto` to load, and no more: the messages their own rules extend. The
// whole descriptor is 80 kB of script for rules that only the services check, so the build puts this in its place
// (`paths` in tsconfig.json). The spec beside it compares the two.
import type { Message } from '@bufbuild/protobuf';
import { fileDesc } from '@bufbuild/protobuf/codegenv2';

export const file_buf_validate_validate = /*@__PURE__*/ fileDesc(
  'ChtidWYvdmFsaWRhdGUvdmFsaWRhdGUucHJvdG8SDGJ1Zi52YWxpZGF0ZSIXCgpGbG9hdFJ1bGVzKgkI6AcQgICAgAIiGAoLRG91YmxlUnVsZXMqCQjoBxCAgICAAiIXCgpJbnQzMlJ1bGVzKgkI6AcQgICAgAIiFwoKSW50NjRSdWxlcyoJCOgHEICAgIACIhgKC1VJbnQzMlJ1bGVzKgkI6AcQgICAgAIiGAoLVUludDY0UnVsZXMqCQjoBxCAgICAAiIYCgtTSW50MzJSdWxlcyoJCOgHEICAgIACIhgKC1NJbnQ2NFJ1bGVzKgkI6AcQgICAgAIiGQoMRml4ZWQzMlJ1bGVzKgkI6AcQgICAgAIiGQoMRml4ZWQ2NFJ1bGVzKgkI6AcQgICAgAIiGgoNU0ZpeGVkMzJSdWxlcyoJCOgHEICAgIACIhoKDVNGaXhlZDY0UnVsZXMqCQjoBxCAgICAAiIWCglCb29sUnVsZXMqCQjoBxCAgICAAiIYCgtTdHJpbmdSdWxlcyoJCOgHEICAgIACIhcKCkJ5dGVzUnVsZXMqCQjoBxCAgICAAiIWCglFbnVtUnVsZXMqCQjoBxCAgICAAiIaCg1SZXBlYXRlZFJ1bGVzKgkI6AcQgICAgAIiFQoITWFwUnVsZXMqCQjoBxCAgICAAiIaCg1EdXJhdGlvblJ1bGVzKgkI6AcQgICAgAIiGwoORmllbGRNYXNrUnVsZXMqCQjoBxCAgICAAiIbCg5UaW1lc3RhbXBSdWxlcyoJCOgHEICAgIACYgZwcm90bzI',
);

export type FloatRules = Message<'buf.validate.FloatRules'>;
export type DoubleRules = Message<'buf.validate.DoubleRules'>;
export type Int32Rules = Message<'buf.validate.Int32Rules'>;
export type Int64Rules = Message<'buf.validate.Int64Rules'>;
export type UInt32Rules = Message<'buf.validate.UInt32Rules'>;
export type UInt64Rules = Message<'buf.validate.UInt64Rules'>;
export type SInt32Rules = Message<'buf.validate.SInt32Rules'>;
export type SInt64Rules = Message<'buf.validate.SInt64Rules'>;
export type Fixed32Rules = Message<'buf.validate.Fixed32Rules'>;
export type Fixed64Rules = Message<'buf.validate.Fixed64Rules'>;
export type SFixed32Rules = Message<'buf.validate.SFixed32Rules'>;
export type SFixed64Rules = Message<'buf.validate.SFixed64Rules'>;
export type BoolRules = Message<'buf.validate.BoolRules'>;
export type StringRules = Message<'buf.validate.StringRules'>;
export type BytesRules = Message<'buf.validate.BytesRules'>;
export type EnumRules = Message<'buf.validate.EnumRules'>;
export type RepeatedRules = Message<'buf.validate.RepeatedRules'>;
export type MapRules = Message<'buf.validate.MapRules'>;
export type DurationRules = Message<'buf.validate.DurationRules'>;
export type FieldMaskRules = Message<'buf.validate.FieldMaskRules'>;
export type TimestampRules = Message<'buf.validate.TimestampRules'>;
