import { messageOf } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';

const EVERY_MS = 5_000;
/** Questions without an answer since the last answer, each with its own timeout. */
const SILENT_QUESTIONS = 6;

/**
 * Restarts a nats-server that lives while its JetStream does not: after a full disk (seen with 2.9.10) it answers no question any more, also
 * when there is space again, until it is started anew. `ask` is any question to JetStream; silence while the connection is away does not
 * count, nor an error JetStream answers with. Nothing acknowledged is lost by the restart, as by any kill.
 */
export function watchJetStream(deps: {
  readonly log: Log;
  readonly clock: Clock;
  readonly isConnected: () => boolean;
  readonly ask: () => Promise<unknown>;
  readonly isSilence: (error: unknown) => boolean;
  readonly restart: () => void;
}): { stop(): void } {
  const { log, clock, isConnected, ask, isSilence, restart } = deps;
  const stopping = new AbortController();
  const watch = async (): Promise<void> => {
    let silent = 0;
    for (;;) {
      await clock.sleep(EVERY_MS, stopping.signal).catch(() => undefined);
      if (stopping.signal.aborted) return;
      try {
        await ask();
        silent = 0;
      } catch (error) {
        // Only an answer begins the count anew: the connection itself may come and go meanwhile.
        if (isConnected() && isSilence(error)) silent += 1;
        if (silent < SILENT_QUESTIONS || stopping.signal.aborted) continue;
        log.error(
          { error: messageOf(error), questions: silent },
          'JetStream answers no more: starting nats-server anew; look whether its disk is full',
        );
        silent = 0;
        restart();
      }
    }
  };
  void watch();
  // A question that is out is not waited for.
  return { stop: () => stopping.abort() };
}
