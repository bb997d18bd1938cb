import { isErrorCode } from '../errors/codes.ts';
import { isWeirError, WeirError } from '../errors/weir-error.ts';

/**
 * What the other side of a request threw, as if it had been thrown here: its own code and message where `passedOn` matches the code, else
 * the error as it is. What is passed on is chosen by the caller, so that nobody's inner faults reach a user.
 */
export function remoteError(subject: string, error: unknown, passedOn: RegExp): unknown {
  if (!isWeirError(error)) return error;
  const code = error.details?.['remoteCode'];
  if (!isErrorCode(code) || !passedOn.test(code)) return error;
  return new WeirError(code, error.message.replace(`${subject}: `, ''), { cause: error });
}
