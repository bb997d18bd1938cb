import type { AlertThread } from './alert-thread.ts';
import type { AnomalyView } from './anomaly.ts';
import type { Job } from './api.ts';
import type { Decision } from './decision.ts';
import type { MeasureState, Rollup, WindowSize } from './kpi.ts';
import type { LiveRender } from './render.ts';

/** One partition's absolute state of one window of one rollup key. Later `seq` of the same (part, rollup, dim, window, windowStartMs) replaces. */
export interface PartUpdate {
  readonly rollup: Rollup;
  /** Value of the dimension, '' for the total. */
  readonly dim: string;
  readonly window: WindowSize;
  readonly windowStartMs: number;
  readonly revision: number;
  readonly state: MeasureState;
}

/** Core NATS `live.<tenant>.kpi`, at most 10 a second per partition. */
export interface LivePart {
  readonly tenant: string;
  readonly part: number;
  /** Stream position the values stand for; grows. */
  readonly seq: number;
  readonly watermarkMs: number;
  readonly updates: readonly PartUpdate[];
}

/** Core NATS `live.<tenant>.counters`, at most 2 a second per partition: absolute counts since the partition began. */
export interface LiveCounters {
  readonly tenant: string;
  readonly part: number;
  readonly seq: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly late: number;
  readonly watermarkMs: number;
  /** Newest received time applied. */
  readonly appliedReceivedAtMs: number;
}

/** Core NATS `interest.rollups`, every 10 s per gateway: keys somebody watches; forgotten after 30 s. */
export interface Interest {
  readonly tenant: string;
  readonly keys: readonly { readonly rollup: Rollup; readonly dim: string }[];
}

/** Socket.IO, client → server. Topics: `kpis` (or `kpis?channel=…`), `counters`, `top`, `system`, `anomalies`, `jobs`, `decisions`, `alerts`, `renders`. */
export interface ClientToServerEvents {
  subscribe: (
    request: { topic: string },
    reply: (
      answer: { ok: true; snapshot: TopicMessage } | { ok: false; code: string; message: string },
    ) => void,
  ) => void;
  unsubscribe: (request: { topic: string }) => void;
}

/** Socket.IO, server → client. `seq` grows by one per topic and socket room; a gap means: subscribe again. */
export interface ServerToClientEvents {
  update: (message: TopicMessage) => void;
}

export interface TopicMessage {
  readonly topic: string;
  readonly seq: number;
  readonly sentAtMs: number;
  /**
   * All current values, not only changed ones: a snapshot, or the first update after this client was too slow for some. Replaces what
   * the client has, whatever `seq` it saw last.
   */
  readonly full?: boolean;
  readonly payload: TopicPayload;
}

export type TopicPayload =
  | { readonly kind: 'kpis'; readonly watermarkMs: number; readonly values: readonly LiveKpiPoint[] }
  | { readonly kind: 'counters'; readonly counters: CountersView }
  | { readonly kind: 'top'; readonly channels: readonly TopEntry[]; readonly contents: readonly TopEntry[] }
  | { readonly kind: 'system'; readonly system: SystemState }
  /** Open episodes that no wider one covers, the newest start first; at most 100. */
  | { readonly kind: 'anomalies'; readonly open: readonly AnomalyView[] }
  /** Jobs that wait, run or ended in the last ten minutes, newest first; at most 20. */
  | { readonly kind: 'jobs'; readonly jobs: readonly Job[] }
  /** Renders that wait, run or ended in the last ten minutes, newest first; at most 20. */
  | { readonly kind: 'renders'; readonly renders: readonly LiveRender[] }
  /** Decisions that have not ended, the newest first; at most 50. */
  | { readonly kind: 'decisions'; readonly open: readonly Decision[]; readonly isStopped: boolean }
  /** Threads that are not over, the worst and newest first, at most 50 and without their history; `firing` counts those nobody has acknowledged or snoozed. */
  | { readonly kind: 'alerts'; readonly firing: number; readonly open: readonly AlertThread[] };

/** One KPI value of one window; `value` null when the formula has none (division by zero). */
export interface LiveKpiPoint {
  readonly key: string;
  readonly window: WindowSize;
  readonly windowStartMs: number;
  readonly value: number | null;
  readonly revision: number;
  /** Cut: dims of the topic plus, for revenue_by_stream, the stream. */
  readonly dims: Readonly<Record<string, string>>;
}

export interface CountersView {
  readonly eventsPerSecond: number;
  readonly accepted: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly late: number;
}

export interface TopEntry {
  readonly id: string;
  readonly title: string;
  readonly views: number;
  readonly revenue: number;
}

export interface SystemState {
  readonly version: string;
  readonly simulated: boolean;
  readonly parts: readonly {
    readonly name: string;
    readonly state: 'up' | 'degraded' | 'down';
    readonly detail: string;
  }[];
  /** now − newest received time applied; null when nothing has come yet. */
  readonly freshnessMs: number | null;
  readonly pendingMessages: number;
}
