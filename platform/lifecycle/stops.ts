import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';

/** What has been started, each with how to end it. */
export interface Stops {
  /** Remembers the end of something that has just started; what it answers to is `name` in the log. */
  add(name: string, end: () => Promise<void> | void): void;
  /**
   * Ends everything, the last started first, each awaited. One that fails is logged and keeps no other from ending; the first failure
   * is thrown when all have been tried. Logs one line with the seconds each took. Safe to call twice: the second finds nothing left.
   */
  stop(): Promise<void>;
  /** What is being ended now. */
  waitingFor(): string | undefined;
}

/** Less than this is not worth a word in the line that tells where a stop's time went. */
const WORTH_TELLING_MS = 10;

/** Ends what was started in the reverse order; `what` names the whole in the log. */
export function createStops(deps: { readonly log: Log; readonly clock: Clock }, what: string): Stops {
  const { clock, log } = deps;
  const started: { readonly name: string; readonly end: () => Promise<void> | void }[] = [];
  let current: string | undefined;
  return {
    add: (name, end) => void started.push({ name, end }),
    waitingFor: () => current,
    stop: async () => {
      const seconds: Record<string, number> = {};
      const beganMs = clock.monotonicMs();
      const failures: unknown[] = [];
      for (let next = started.pop(); next !== undefined; next = started.pop()) {
        const { name, end } = next;
        current = name;
        const fromMs = clock.monotonicMs();
        try {
          await end();
        } catch (error) {
          failures.push(error);
          log.error({ part: name, err: error }, 'did not stop cleanly');
        }
        const tookMs = clock.monotonicMs() - fromMs;
        if (tookMs >= WORTH_TELLING_MS) seconds[name] = rounded(tookMs);
      }
      current = undefined;
      log.info(
        { what, seconds, total: rounded(clock.monotonicMs() - beganMs) },
        'where the stop took its time',
      );
      if (failures.length > 0) throw failures[0];
    },
  };
}

/** Milliseconds as seconds with two decimals. */
function rounded(ms: number): number {
  return Math.round(ms / 10) / 100;
}
