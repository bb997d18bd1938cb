import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import type { JsonCodec } from '../../platform/bus/json.ts';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';

/** Asks the models service what a person waits for. */
export interface ModelsAsker {
  /** Throws what the models answer with, GATEWAY_OVERLOADED when too many are asked, BUS_REQUEST_FAILED when nobody answers. */
  ask<T extends TSchema>(subject: string, request: unknown, reply: JsonCodec<T>): Promise<Static<T>>;
}

/** The models give up on a question after eight seconds. */
const TIMEOUT_MS = 12_000;
const MAX_IN_FLIGHT = 16;
const THEIRS = /^(ALLOCATION|PRICING|PRICE|MONETIZATION|MODELS|GATEWAY_LIMIT)_/;

export function createModelsAsker(bus: Bus): ModelsAsker {
  let inFlight = 0;
  return {
    ask: async (subject, request, reply) => {
      if (inFlight >= MAX_IN_FLIGHT)
        throw new WeirError('GATEWAY_OVERLOADED', `${inFlight} questions are being asked already`);
      inFlight += 1;
      try {
        return await bus.request(subject, request, reply, TIMEOUT_MS);
      } catch (error) {
        throw itsOwn(subject, error);
      } finally {
        inFlight -= 1;
      }
    },
  };
}

/** What the other side threw, as if it had been thrown here. */
function itsOwn(subject: string, error: unknown): unknown {
  if (!isWeirError(error)) return error;
  const code = error.details?.['remoteCode'];
  if (!isErrorCode(code) || !THEIRS.test(code)) return error;
  return new WeirError(code, error.message.replace(`${subject}: `, ''), { cause: error });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
