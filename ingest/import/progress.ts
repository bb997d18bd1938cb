import type { Clock } from '../../platform/time/clock.ts';

/** Where progress and the report are written; `process.stdout` is one. */
export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface ProgressState {
  readonly file: string;
  /** `checking` reads the whole file once before anything is sent. */
  readonly stage: 'checking' | 'importing';
  readonly doneBytes: number;
  readonly totalBytes: number;
  readonly rows: number;
  readonly events: number;
}

export interface Progress {
  show(state: ProgressState): void;
  /** Says why nothing moves, beside what was shown last. */
  wait(why: string): void;
  /** Clears a bar that stands on the screen. */
  clear(): void;
}

const barIntervalMs = 100;
const lineIntervalMs = 5000;
const barWidth = 24;

/** A bar that is redrawn on a terminal; elsewhere a plain line now and then. */
export function createProgress(out: Output, clock: Clock): Progress {
  const isTerminal = out.isTTY === true;
  let shownAtMs = Number.NEGATIVE_INFINITY;
  let shownStage = '';
  let isBarShown = false;
  const startedMs = clock.monotonicMs();
  let last: ProgressState | undefined;

  const write = (state: ProgressState, waiting: string): void => {
    const nowMs = clock.monotonicMs();
    const stage = `${state.file}/${state.stage}/${waiting}`;
    const isDue = nowMs - shownAtMs >= (isTerminal ? barIntervalMs : lineIntervalMs);
    // What is new is written at once, the same again only now and then.
    if (!isDue && stage === shownStage) return;
    shownAtMs = nowMs;
    shownStage = stage;
    const text = `${progressText(state, nowMs - startedMs)}${waiting}`;
    if (isTerminal) {
      out.write(`\r\u001B[2K${text.slice(0, (out.columns ?? 80) - 1)}`);
      isBarShown = true;
    } else out.write(`${text}\n`);
  };

  return {
    show: (state) => {
      last = state;
      write(state, '');
    },
    wait: (why) => {
      if (last !== undefined) write(last, `, waiting: ${why}`);
    },
    clear: () => {
      if (isBarShown) out.write('\r\u001B[2K');
      isBarShown = false;
    },
  };
}

/** One line of progress. */
export function progressText(state: ProgressState, elapsedMs: number): string {
  const share = state.totalBytes === 0 ? 1 : Math.min(1, state.doneBytes / state.totalBytes);
  const filled = Math.round(share * barWidth);
  const bar = `[${'#'.repeat(filled)}${'.'.repeat(barWidth - filled)}]`;
  const percent = `${Math.floor(share * 100)}%`.padStart(4);
  const head = `${state.file} ${bar}${percent}`;
  if (state.stage === 'checking') return `${head} checking`;
  const rate = elapsedMs > 0 ? Math.round(state.events / (elapsedMs / 1000)) : 0;
  return `${head} ${number(state.rows)} rows, ${number(state.events)} events, ${number(rate)}/s`;
}

/** 13396 as 13,396. */
export function number(value: number): string {
  return String(value).replaceAll(/\B(?=(\d{3})+$)/g, ',');
}
