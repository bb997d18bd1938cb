import { asWeirError, type ErrorCode } from '../platform/errors/weir-error.ts';
import type { Log } from '../platform/log/log.ts';
import type { PublishBatch } from './group-commit.ts';

/** Logs once when publishing begins to fail for a reason and once when it works again, however many requests it refuses. */
export function tellOutages(publish: PublishBatch, log: Log): PublishBatch {
  let reason: ErrorCode | undefined;
  let refusedBatches = 0;
  return async (partition, batch) => {
    try {
      await publish(partition, batch);
    } catch (error) {
      const { code } = asWeirError(error);
      refusedBatches++;
      if (code !== reason)
        log.error({ err: error, code }, 'the event log takes no events; senders are told to retry');
      reason = code;
      throw error;
    }
    if (reason === undefined) return;
    log.info({ code: reason, refusedBatches }, 'the event log takes events again');
    reason = undefined;
    refusedBatches = 0;
  };
}
