import type { RenderView } from '../../platform/contracts/render.ts';
import { createServer } from 'node:http';
import express from 'express';
import { Server } from 'socket.io';
import type {
  ClientToServerEvents,
  LiveKpiPoint,
  ServerToClientEvents,
  TopicMessage,
  TopicPayload,
} from '../../platform/contracts/live.ts';
import { createFixtureApi, createState, systemState, type FixtureState } from './fixture-api.ts';
import { openDecisions } from './fixture-decisions.ts';
import { openAnomalies } from './fixture-anomalies.ts';
import { channels, contents, cutsOf, cutValues, kpiValue, windowStarts } from './fixture-data.ts';

/** The policy of the gateway, letter by letter: what passes here passes there. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "media-src 'self'",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

export interface FixtureServer {
  readonly url: string;
  readonly state: FixtureState;
  /** Adds to a KPI of today and of this hour and tells the sockets; `skip` leaves out that many sequence numbers. */
  bump(key: string, by: number, skip?: number): void;
  /** Sets the counters and tells the sockets. */
  count(change: { accepted?: number; rejected?: number; eventsPerSecond?: number }): void;
  /** Tells the sockets what fires now. */
  tellAlerts(): void;
  /** Changes a render and tells of it on its topic. */
  tellRender(id: string, change: Partial<RenderView>): void;
  /** Ends every socket and refuses new ones until `accept`. */
  cut(): void;
  accept(): void;
  /** How often a topic was asked for, and how many sockets listen to it now. */
  asked(topic: string): number;
  listening(topic: string): number;
  close(): Promise<void>;
}

/** A small gateway: the built page under the real policy, the REST routes and the socket of the contract. */
export async function startFixtureServer(dist: string): Promise<FixtureServer> {
  const state = createState();
  const app = createFixtureApi(state);
  app.use((_req, res, next) => {
    res.setHeader('Content-Security-Policy', policy);
    res.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(express.static(dist));
  app.use((_req, res) => res.sendFile('index.html', { root: dist }));
  const http = createServer(app);
  const io = new Server<ClientToServerEvents, ServerToClientEvents>(http);
  const seqs = new Map<string, number>();
  const asked = new Map<string, number>();
  let isRefusing = false;
  let counters = {
    eventsPerSecond: 214.6,
    accepted: 1_207_715,
    stored: 1_204_511,
    duplicates: 3_204,
    rejected: 17,
    late: 88,
  };

  const payloadOf = (topic: string): TopicPayload => {
    if (topic === 'counters') {
      const none = { eventsPerSecond: 0, accepted: 0, stored: 0, duplicates: 0, rejected: 0, late: 0 };
      return { kind: 'counters', counters: state.isEmpty ? none : counters };
    }
    if (topic === 'system') return { kind: 'system', system: systemState() };
    if (topic === 'top') return topPayload(state);
    if (topic === 'jobs') return { kind: 'jobs', jobs: state.jobs };
    if (topic === 'renders')
      return {
        kind: 'renders',
        renders: state.isEmpty ? [] : state.renders.map(({ params: _params, ...shown }) => shown),
      };
    if (topic === 'decisions')
      return {
        kind: 'decisions',
        open: state.isEmpty ? [] : openDecisions(state.decided),
        isStopped: state.decided.isStopped,
      };
    if (topic === 'alerts') {
      const open = state.isEmpty ? [] : state.alerts.threads.filter((thread) => thread.state !== 'resolved');
      const firing = open.filter((thread) => thread.state === 'firing' && thread.snoozed === null).length;
      return { kind: 'alerts', firing, open: open.map((thread) => ({ ...thread, history: [] })) };
    }
    if (topic === 'anomalies')
      return { kind: 'anomalies', open: state.isEmpty ? [] : openAnomalies(Date.now()) };
    return {
      kind: 'kpis',
      watermarkMs: state.isEmpty ? 0 : Date.now() - 2_000,
      values: livePoints(state, topic),
    };
  };
  const message = (topic: string, payload: TopicPayload, step: number): TopicMessage => {
    const seq = (seqs.get(topic) ?? 10) + step;
    seqs.set(topic, seq);
    return { topic, seq, sentAtMs: Date.now(), payload };
  };

  io.use((_socket, next) => (isRefusing ? next(new Error('refused')) : next()));
  io.on('connection', (socket) => {
    socket.on('subscribe', ({ topic }, reply) => {
      asked.set(topic, (asked.get(topic) ?? 0) + 1);
      void socket.join(topic);
      reply({ ok: true, snapshot: { ...message(topic, payloadOf(topic), 0), full: true } });
    });
    socket.on('unsubscribe', ({ topic }) => void socket.leave(topic));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('the fixture server has no port');

  return {
    url: `http://127.0.0.1:${address.port}`,
    state,
    bump: (key, by, skip = 0) => {
      state.extra.set(key, (state.extra.get(key) ?? 0) + by);
      const values = livePoints(state).filter((point) => point.key === key);
      io.to('kpis').emit(
        'update',
        message('kpis', { kind: 'kpis', watermarkMs: Date.now(), values }, 1 + skip),
      );
    },
    count: (change) => {
      counters = { ...counters, ...change };
      state.isEmpty = false;
      io.to('counters').emit('update', message('counters', { kind: 'counters', counters }, 1));
    },
    tellRender: (id, change) => {
      state.renders = state.renders.map((each) => (each.id === id ? { ...each, ...change } : each));
      io.to('renders').emit('update', message('renders', payloadOf('renders'), 1));
    },
    tellAlerts: () => {
      io.to('alerts').emit('update', message('alerts', payloadOf('alerts'), 1));
    },
    cut: () => {
      isRefusing = true;
      io.disconnectSockets(true);
    },
    accept: () => {
      isRefusing = false;
    },
    asked: (topic) => asked.get(topic) ?? 0,
    listening: (topic) => io.sockets.adapter.rooms.get(topic)?.size ?? 0,
    close: async () => {
      await io.close();
      http.closeAllConnections();
    },
  };
}

/** Current windows of every KPI, and of revenue by stream. */
function livePoints(state: FixtureState, topic = 'kpis'): LiveKpiPoint[] {
  if (state.isEmpty) return [];
  const [dimension, id] = [...new URLSearchParams(topic.replace(/^kpis\??/, ''))][0] ?? ['', ''];
  const share = dimension === '' ? 1 : (cutsOf(dimension).find((cut) => cut.id === id)?.share ?? 0.01);
  const dims: Record<string, string> = dimension === '' ? {} : { [dimension]: id };
  const nowMs = Date.now();
  const points: LiveKpiPoint[] = [];
  for (const size of ['1m', '1h', '1d', '1mo'] as const) {
    const windowStartMs = windowStarts(nowMs, nowMs + 1, size)[0] ?? nowMs;
    const from =
      size === '1mo'
        ? Date.UTC(new Date(nowMs).getUTCFullYear(), new Date(nowMs).getUTCMonth(), 1)
        : windowStartMs;
    for (const { key, cut } of state.kpis) {
      if (cut !== undefined) continue;
      const value = kpiValue(key, from, size, nowMs, id, share);
      const extra = state.extra.get(key) ?? 0;
      points.push({
        key,
        window: size,
        windowStartMs: from,
        value: value === null ? null : value + extra,
        revision: 1,
        dims,
      });
    }
    if (dimension !== '') continue;
    for (const [stream, value] of cutValues('revenue_by_stream', 'stream', from, size, nowMs)) {
      points.push({
        key: 'revenue_by_stream',
        window: size,
        windowStartMs: from,
        value,
        revision: 1,
        dims: { stream },
      });
    }
  }
  return points;
}

function topPayload(state: FixtureState): TopicPayload {
  const nowMs = Date.now();
  const midnight = windowStarts(nowMs, nowMs + 1, '1d')[0] ?? nowMs;
  const views = kpiValue('views', midnight, '1d', nowMs) ?? 0;
  const revenue = kpiValue('total_revenue', midnight, '1d', nowMs) ?? 0;
  const list = (dimension: 'channel' | 'content', titles: ReadonlyMap<string, string>) =>
    state.isEmpty
      ? []
      : cutsOf(dimension)
          .slice(0, 10)
          .map(({ id, share }) => ({
            id,
            title: titles.get(id) ?? id,
            views: Math.round(views * share),
            revenue: Math.round(revenue * share * 100) / 100,
          }));
  return {
    kind: 'top',
    channels: list('channel', new Map(channels.map((name) => [name, name]))),
    contents: list('content', new Map(contents.map((each) => [each.id, each.title]))),
  };
}
