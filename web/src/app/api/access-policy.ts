import { type DescMethod, getOption, hasOption } from '@bufbuild/protobuf';
import { Access, authorization } from '@finflow/proto/finflow/common/v1/authorization_pb';

/** Whether a method may be called without an access token, as its contract says. */
export function isPublic(method: DescMethod): boolean {
  return hasOption(method, authorization) && getOption(method, authorization).access === Access.PUBLIC;
}
