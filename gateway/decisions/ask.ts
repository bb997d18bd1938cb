import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  decisionOperations,
  type AskBody,
  type AskReply,
  type DecisionOperation,
} from '../../platform/contracts/decision-wire.ts';
import { decisionAskSubject } from '../../platform/contracts/subjects.ts';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';

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
const passedOn = /^(DECISION|HTTP_OUT|AUDIT|GATEWAY_FORBIDDEN|STORE)/;

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
        throw itsOwn(decisionAskSubject(name), error);
      }
    },
  };
}

/** What the other side threw, as if it had been thrown here. */
function itsOwn(subject: string, error: unknown): unknown {
  if (!isWeirError(error)) return error;
  const code = error.details?.['remoteCode'];
  if (!isErrorCode(code) || !passedOn.test(code)) return error;
  return new WeirError(code, error.message.replace(`${subject}: `, ''), { cause: error });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
