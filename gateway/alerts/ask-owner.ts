import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { AlertAnswer, alertAskSubject, type AlertAsk } from '../../platform/contracts/alert-thread.ts';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';

/** Asks the owner of alerts to do something. Throws what it answers with (ALERT_…), BUS_REQUEST_FAILED when it does not. */
export type AskAlerts = (ask: AlertAsk) => Promise<AlertAnswer>;

/** A test message may wait for a slow mail server. */
const TIMEOUT_MS = 30_000;
const codec = createJsonCodec(AlertAnswer);

export function createAskAlerts(bus: Bus): AskAlerts {
  return async (ask) => {
    try {
      return await bus.request(alertAskSubject, ask, codec, TIMEOUT_MS);
    } catch (error) {
      throw itsOwn(error);
    }
  };
}

function itsOwn(error: unknown): unknown {
  if (!isWeirError(error)) return error;
  const code = error.details?.['remoteCode'];
  if (!isErrorCode(code) || !code.startsWith('ALERT')) return error;
  return new WeirError(code, error.message.replace(`${alertAskSubject}: `, ''), { cause: error });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
