import type { TopicMessage } from '../../platform/contracts/live.ts';
import { createLiveCells, type LiveCells } from './live-cells.ts';
import { seqStep } from './seq.ts';

/** The socket as the store needs it. */
export interface LiveTransport {
  /** Resolves with the present state of a topic, or undefined when the server refuses it. */
  readonly subscribe: (topic: string) => Promise<TopicMessage | undefined>;
  readonly unsubscribe: (topic: string) => void;
  readonly onUpdate: (take: (message: TopicMessage) => void) => void;
  readonly onConnection: (change: (isConnected: boolean) => void) => void;
  readonly close: () => void;
}

/** `waiting` before the first connection; `live`, `lost` (reconnecting by itself) or `paused` by the reader after it. */
export type LiveStatus = 'waiting' | 'live' | 'lost' | 'paused';

export interface LiveStore {
  readonly cells: LiveCells;
  readonly status: () => LiveStatus;
  /** When the status began; a lost connection's numbers are as of then. */
  readonly statusSinceMs: () => number;
  /** Wants a topic for as long as the returned function is not called. Several may want the same one. */
  readonly want: (topic: string) => () => void;
  readonly pause: (isPaused: boolean) => void;
  /** A hidden page wants nothing; shown again it gets everything current. */
  readonly setHidden: (isHidden: boolean) => void;
  /** Rates of the last two minutes, one a second at most, oldest first. */
  readonly rates: () => readonly RateSample[];
  readonly stop: () => void;
}

export interface RateSample {
  readonly atMs: number;
  readonly eventsPerSecond: number;
}

export interface LiveStoreDeps {
  readonly transport: LiveTransport;
  readonly nowMs: () => number;
  /** Called with the server's time of every message, so that the page can tell the time as the server does. */
  readonly onServerTime: (sentAtMs: number) => void;
}

interface Held {
  wanted: number;
  /** Sequence last applied; undefined while a snapshot is awaited. */
  seq: number | undefined;
  isAsking: boolean;
}

const RATE_SAMPLES = 120;

/**
 * Keeps what is live: subscribes to what is wanted, applies updates in order, asks again after a gap or a reconnect. One store a
 * page; numbers go from here into single cells and never through the state of a screen.
 */
export function createLiveStore(deps: LiveStoreDeps): LiveStore {
  const { transport, nowMs } = deps;
  const cells = createLiveCells();
  const topics = new Map<string, Held>();
  let rates: RateSample[] = [];
  let isConnected = false;
  let wasConnected = false;
  let isPaused = false;
  let isHidden = false;
  let shown: LiveStatus = 'waiting';
  let sinceMs = nowMs();

  const isOpen = (): boolean => isConnected && !isPaused && !isHidden;

  const showStatus = (): void => {
    const next = isPaused ? 'paused' : isConnected ? 'live' : wasConnected ? 'lost' : 'waiting';
    if (next === shown) return;
    shown = next;
    sinceMs = nowMs();
    cells.touch('status');
  };

  const apply = (message: TopicMessage): void => {
    const { payload, topic } = message;
    switch (payload.kind) {
      case 'kpis':
        cells.setPoints(topic, payload.values, payload.watermarkMs, message.full === true);
        break;
      case 'counters': {
        const last = rates.at(-1);
        const sample = { atMs: message.sentAtMs, eventsPerSecond: payload.counters.eventsPerSecond };
        if (last === undefined || sample.atMs - last.atMs >= 900)
          rates = [...rates.slice(1 - RATE_SAMPLES), sample];
        cells.setCounters(payload.counters);
        break;
      }
      case 'system':
        cells.setSystem(payload.system);
        break;
      case 'anomalies':
        cells.setAnomalies(payload.open);
        break;
      case 'jobs':
        cells.setJobs(payload.jobs);
        break;
      case 'renders':
        cells.setRenders(payload.renders);
        break;
      case 'decisions':
        cells.setDecisions(payload);
        break;
      case 'alerts':
        cells.setAlerts({ firing: payload.firing, open: payload.open });
        break;
      case 'top':
        cells.setTop({ channels: payload.channels, contents: payload.contents });
        break;
    }
  };

  const take = (message: TopicMessage): void => {
    const held = topics.get(message.topic);
    if (held === undefined || !isOpen()) return;
    const step = seqStep(held.seq, message);
    if (step === 'ignore') return;
    if (step === 'resubscribe') {
      held.seq = undefined;
      ask(message.topic, held);
      return;
    }
    held.seq = message.seq;
    deps.onServerTime(message.sentAtMs);
    apply(message);
  };

  const ask = (topic: string, held: Held): void => {
    if (held.isAsking || !isOpen()) return;
    held.isAsking = true;
    void transport.subscribe(topic).then(
      (snapshot) => {
        held.isAsking = false;
        if (topics.get(topic) !== held || snapshot === undefined) return;
        take({ ...snapshot, full: true });
      },
      () => {
        held.isAsking = false;
      },
    );
  };

  const drop = (topic: string, held: Held): void => {
    held.seq = undefined;
    if (isConnected) transport.unsubscribe(topic);
  };

  const openAll = (): void => {
    for (const [topic, held] of topics) ask(topic, held);
  };
  const closeAll = (): void => {
    for (const [topic, held] of topics) drop(topic, held);
  };

  transport.onUpdate(take);
  transport.onConnection((now) => {
    isConnected = now;
    wasConnected ||= now;
    for (const held of topics.values()) {
      held.seq = undefined;
      held.isAsking = false;
    }
    if (isOpen()) openAll();
    showStatus();
  });

  return {
    cells,
    status: () => shown,
    statusSinceMs: () => sinceMs,
    want: (topic) => {
      const held = topics.get(topic) ?? { wanted: 0, seq: undefined, isAsking: false };
      topics.set(topic, held);
      held.wanted += 1;
      if (held.wanted === 1) ask(topic, held);
      let isDone = false;
      return () => {
        if (isDone) return;
        isDone = true;
        held.wanted -= 1;
        if (held.wanted > 0) return;
        topics.delete(topic);
        drop(topic, held);
      };
    },
    pause: (value) => {
      if (value === isPaused) return;
      if (value) closeAll();
      isPaused = value;
      if (!value) openAll();
      showStatus();
    },
    setHidden: (value) => {
      if (value === isHidden) return;
      if (value) closeAll();
      isHidden = value;
      if (!value) openAll();
    },
    rates: () => rates,
    stop: () => {
      topics.clear();
      transport.close();
    },
  };
}
