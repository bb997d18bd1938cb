import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import type { JsonCodec } from '../../platform/bus/json.ts';
import {
  analyticsSubject,
  type AnalyticsKind,
  type AnalyticsScope,
} from '../../platform/contracts/analytics.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { askProcessors } from '../system/ask-processors.ts';

/** Asks the processors questions over stored events and windows. */
export interface Analyst {
  /** Throws what they answer with (ANALYTICS_…, STORE_…), GATEWAY_OVERLOADED when too many are asked, BUS_REQUEST_FAILED. */
  ask<T extends TSchema>(
    kind: AnalyticsKind,
    scope: AnalyticsScope,
    question: unknown,
    reply: JsonCodec<T>,
  ): Promise<Static<T>>;
}

/** The processors answer within two seconds, with how far they are if nothing else. */
const TIMEOUT_MS = 15_000;
const MAX_IN_FLIGHT = 16;

export function createAnalyst(bus: Bus): Analyst {
  let inFlight = 0;
  return {
    ask: async (kind, scope, question, reply) => {
      if (inFlight >= MAX_IN_FLIGHT)
        throw new WeirError('GATEWAY_OVERLOADED', `${inFlight} questions are being asked already`);
      inFlight += 1;
      try {
        return await askProcessors(bus, analyticsSubject(kind), { scope, question }, reply, TIMEOUT_MS);
      } finally {
        inFlight -= 1;
      }
    },
  };
}
