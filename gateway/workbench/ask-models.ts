import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import type { JsonCodec } from '../../platform/bus/json.ts';
import { remoteError } from '../../platform/bus/remote-error.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

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
        throw remoteError(subject, error, THEIRS);
      } finally {
        inFlight -= 1;
      }
    },
  };
}
