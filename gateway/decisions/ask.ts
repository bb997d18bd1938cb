import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { remoteError } from '../../platform/bus/remote-error.ts';
import {
  decisionOperations,
  type AskBody,
  type AskReply,
  type DecisionOperation,
} from '../../platform/contracts/decision-wire.ts';
import { decisionAskSubject } from '../../platform/contracts/subjects.ts';

/** Whose question it is, from the credential. */
export interface Asker {
  readonly tenant: string;
  readonly subject: string;
}

/** Asks the owner of decisions. Throws what it answers with (DECISION_…, HTTP_OUT_…), or BUS_REQUEST_FAILED when nobody answers. */
export interface DecisionDesk {
  ask<K extends DecisionOperation>(name: K, asker: Asker, body: AskBody<K>): Promise<AskReply<K>>;
}

/** Verifying an audit chain reads all of it. */
const timeoutMs = 20_000;
const passedOn =
  /^(DECISION|HTTP_OUT|AUDIT|GATEWAY_FORBIDDEN|STORE|PLAN|ALLOCATION|PRICING|PRICE|MONETIZATION|MODELS|EXPERIMENT)_?/;

export function createDecisionDesk(bus: Bus): DecisionDesk {
  return {
    ask: async (name, { tenant, subject }, body) => {
      const question = { tenant, actor: subject, body };
      try {
        return await bus.request(
          decisionAskSubject(name),
          question,
          createJsonCodec(decisionOperations[name].reply),
          timeoutMs,
        );
      } catch (error) {
        throw remoteError(decisionAskSubject(name), error, passedOn);
      }
    },
  };
}
