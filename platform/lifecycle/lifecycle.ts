import { errorCodes } from '../errors/codes.ts';
import { isWeirError, messageOf, WeirError } from '../errors/weir-error.ts';
import type { Log } from '../log/log.ts';
import type { Clock } from '../time/clock.ts';
import { exitForSure } from './exit-for-sure.ts';

/** What a started part hands back: how to end it. */
export interface Stoppable {
  stop(): Promise<void>;
  /** What its stop waits for at the moment, for the log of one that takes too long. */
  waitingFor?(): string | undefined;
  /**
   * Called when the process is about to exit although the stop is not over: ends what must not be in the middle of something then, and
   * nothing else. Has five seconds.
   */
  abandon?(): Promise<void>;
}

export type StartPart = () => Promise<Stoppable | void>;

export type LifecycleState = 'new' | 'starting' | 'running' | 'stopping' | 'stopped';

export interface Lifecycle {
  /** Registers a part; parts start in the order they are added and stop in the reverse order. */
  add(name: string, start: StartPart): void;
  /** Starts every part in order. When one fails, those already started are stopped and PLATFORM_START_FAILED is thrown. */
  start(): Promise<void>;
  /**
   * Stops every started part in reverse order, each awaited and logged; a part that fails to stop does not keep the
   * others from stopping. Safe to call twice: the second call waits for the first. Resolves to the exit code.
   */
  stop(reason: string): Promise<0 | 1>;
  /**
   * The whole life of a process: installs the handlers, starts, and on SIGINT, SIGTERM, SIGHUP or an uncaught error
   * stops and exits: 0 after a signal, 1 after a fault, a part that failed to stop, the deadline or a second signal.
   */
  run(): Promise<void>;
  state(): LifecycleState;
  /** Aborts when stopping begins: for readiness and for loops that should take no new work. */
  readonly stopping: AbortSignal;
}

export interface LifecycleDeps {
  readonly log: Log;
  readonly clock: Clock;
  /** For the whole stop, not for each part. */
  readonly stopDeadlineMs: number;
  /** Ends the process; replaced in tests. */
  readonly exit?: (code: 0 | 1) => void;
}

interface Part {
  readonly name: string;
  readonly start: StartPart;
}

interface StartedPart {
  readonly name: string;
  readonly part: Stoppable;
}

/**
 * Ctrl-C under `npm start` reaches the process twice at once: from the terminal and forwarded by npm. Only a signal
 * that comes later than this is somebody who has lost patience.
 */
const echoMs = 250;

/** What `Stoppable.abandon` has. */
const abandonMs = 5_000;

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export function createLifecycle(deps: LifecycleDeps): Lifecycle {
  const { clock, stopDeadlineMs } = deps;
  const log = deps.log.child({ module: 'lifecycle' });
  const exit = deps.exit ?? exitForSure;
  const parts: Part[] = [];
  const started: StartedPart[] = [];
  const stopping = new AbortController();
  let state: LifecycleState = 'new';
  let starting: Promise<void> = Promise.resolve();
  let stopped: Promise<0 | 1> | undefined;
  let waitingFor = '';
  let ending: Stoppable | undefined;
  const waitingForNow = (): string => {
    const inside = ending?.waitingFor?.();
    return inside === undefined ? waitingFor : `${waitingFor}: ${inside}`;
  };

  const abandon = async (): Promise<void> => {
    const parts = [...started.map(({ part }) => part), ...(ending === undefined ? [] : [ending])];
    const inTime = new AbortController();
    const all = Promise.all(parts.map(async (part) => await part.abandon?.()));
    await Promise.race([all, clock.sleep(abandonMs, inTime.signal)]).catch((error: unknown) =>
      log.error({ err: error }, 'could not be abandoned'),
    );
    inTime.abort();
  };

  const startAll = async (): Promise<void> => {
    for (const { name, start } of parts) {
      if (stopping.signal.aborted) return;
      waitingFor = `start of ${name}`;
      const beganMs = clock.monotonicMs();
      const part = await start().catch((error: unknown) => {
        throw new WeirError('PLATFORM_START_FAILED', `${name} did not start: ${messageOf(error)}`, {
          cause: error,
          details: { part: name },
        });
      });
      log.debug({ part: name, durationMs: Math.round(clock.monotonicMs() - beganMs) }, 'started');
      if (part !== undefined) started.push({ name, part });
    }
    if (!stopping.signal.aborted) state = 'running';
  };

  const stopAll = async (): Promise<0 | 1> => {
    // A part that is still starting has resources too: wait for it, then stop it with the others.
    await starting.catch(() => {});
    let exitCode: 0 | 1 = 0;
    for (let next = started.pop(); next !== undefined; next = started.pop()) {
      const { name, part } = next;
      waitingFor = `stop of ${name}`;
      ending = part;
      const beganMs = clock.monotonicMs();
      try {
        await part.stop();
        log.debug({ part: name, durationMs: Math.round(clock.monotonicMs() - beganMs) }, 'stopped');
      } catch (error) {
        exitCode = 1;
        log.error({ part: name, err: error }, 'did not stop cleanly');
      }
    }
    return exitCode;
  };

  const stopWithinDeadline = async (reason: string): Promise<0 | 1> => {
    state = 'stopping';
    log.info({ reason, parts: started.length }, 'stopping');
    stopping.abort(new Error(`stopping: ${reason}`));
    const done = new AbortController();
    const deadline = clock.sleep(stopDeadlineMs, done.signal).then(
      () => 'deadline' as const,
      () => 'cancelled' as const,
    );
    const outcome = await Promise.race([stopAll(), deadline]);
    done.abort();
    state = 'stopped';
    if (typeof outcome === 'number') {
      log.info({ reason, exitCode: outcome }, 'stopped');
      return outcome;
    }
    const left = started.map(({ name }) => name);
    log.error(
      { reason, stopDeadlineMs, waitingFor: waitingForNow(), left },
      'stop took longer than its deadline',
    );
    await abandon();
    return 1;
  };

  const lifecycle: Lifecycle = {
    add: (name, start) => {
      if (state !== 'new') throw new WeirError('PLATFORM_INTERNAL', `part ${name} was added after the start`);
      parts.push({ name, start });
    },
    start: async () => {
      if (state !== 'new') throw new WeirError('PLATFORM_INTERNAL', 'a lifecycle starts once');
      state = 'starting';
      starting = startAll();
      try {
        await starting;
      } catch (error) {
        await lifecycle.stop('start failed');
        throw error;
      }
    },
    stop: async (reason) => {
      stopped ??= stopWithinDeadline(reason);
      return await stopped;
    },
    run: async () => {
      let faulted = false;
      let firstSignalAtMs = Number.NEGATIVE_INFINITY;
      const finish = async (reason: string): Promise<void> => {
        const code = await lifecycle.stop(reason);
        exit(faulted ? 1 : code);
      };
      for (const signal of signals) {
        process.on(signal, () => {
          const atMs = clock.monotonicMs();
          if (!stopping.signal.aborted) {
            firstSignalAtMs = atMs;
            void finish(signal);
          } else if (atMs - firstSignalAtMs > echoMs) {
            log.error({ signal, waitingFor: waitingForNow() }, 'second signal: exiting at once');
            void abandon().then(() => exit(1));
          }
        });
      }
      const onFault = (event: string) => (error: unknown) => {
        log.error({ event, err: error }, 'uncaught error: stopping');
        faulted = true;
        void finish(event);
      };
      process.on('uncaughtException', onFault('uncaughtException'));
      process.on('unhandledRejection', onFault('unhandledRejection'));
      try {
        await lifecycle.start();
      } catch (error) {
        // What a person can mend is said in one line; where it came from is of use only for a fault of ours.
        const cause = isWeirError(error) ? error.cause : undefined;
        if (isWeirError(cause)) {
          log.error({ code: cause.code, mend: errorCodes[cause.code].mend }, messageOf(error));
          log.debug({ err: error }, 'start failed');
        } else log.error({ err: error }, 'start failed');
        faulted = true;
        await finish('start failed');
      }
    },
    state: () => state,
    stopping: stopping.signal,
  };
  return lifecycle;
}
