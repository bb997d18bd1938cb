import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import type { JsonCodec } from '../../platform/bus/json.ts';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';

/**
 * Asks the processors something they compute. A refusal of theirs is told to the client as it is, with its code and words; anything else is
 * a system that does not do its part: BUS_REQUEST_FAILED.
 */
export async function askProcessors<S extends TSchema>(
  bus: Bus,
  subject: string,
  question: unknown,
  reply: JsonCodec<S>,
  timeoutMs: number,
): Promise<Static<S>> {
  try {
    return await bus.request(subject, question, reply, timeoutMs);
  } catch (error) {
    throw refusalOf(error, subject) ?? error;
  }
}

function refusalOf(error: unknown, subject: string): WeirError | undefined {
  if (!isWeirError(error) || error.code !== 'BUS_REQUEST_FAILED') return undefined;
  const code = error.details?.['remoteCode'];
  if (typeof code !== 'string' || !isErrorCode(code)) return undefined;
  // What is internal over there is internal here, and its words stay there.
  if (errorCodes[code].domain === 'internal') return undefined;
  return new WeirError(code, error.message.replace(`${subject}: `, ''), { cause: error });
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorCodes, code);
}
