import type { Router } from 'express';
import { Value } from '@sinclair/typebox/value';
import {
  SensitivityRequest,
  type AnomalyDetail,
  type AnomalyView,
  type BandPoint,
  type WatchSettings,
} from '../../platform/contracts/anomaly.ts';
import { cutsOf, kpiValue } from './fixture-data.ts';

const HOUR = 3_600_000;

/** An hour some hours ago, so that the stretch lies in today and in the last day. */
function hourAgo(nowMs: number, hours: number): number {
  return Math.floor(nowMs / HOUR) * HOUR - hours * HOUR;
}

function anomaly(change: Partial<AnomalyView> & Pick<AnomalyView, 'id' | 'startedAtMs'>): AnomalyView {
  return {
    kpi: 'views',
    title: 'Views',
    unit: 'count',
    window: '1h',
    rollup: 'total',
    dim: '',
    state: 'resolved',
    severity: 'critical',
    reason: 'value',
    endedAtMs: change.startedAtMs + 2 * HOUR,
    peakAtMs: change.startedAtMs,
    score: 0.993,
    observed: 9_412,
    expected: 58_900,
    lower: 49_100,
    upper: 68_700,
    isGood: false,
    parentId: null,
    others: 0,
    ...change,
  };
}

export function openAnomalies(nowMs: number): AnomalyView[] {
  const startedAtMs = hourAgo(nowMs, 1);
  return [
    anomaly({
      id: `rpm.1h.total.${startedAtMs}`,
      startedAtMs,
      endedAtMs: startedAtMs + HOUR,
      kpi: 'rpm',
      title: 'Revenue per 1,000 views',
      unit: 'currency',
      state: 'open',
      severity: 'warning',
      score: 0.91,
      observed: 3.02,
      expected: 6.71,
      lower: 5.2,
      upper: 8.1,
      others: 3,
    }),
  ];
}

function all(nowMs: number): AnomalyView[] {
  const outage = hourAgo(nowMs, 5);
  const viral = hourAgo(nowMs, 9);
  return [
    ...openAnomalies(nowMs),
    anomaly({ id: `views.1h.total.${outage}`, startedAtMs: outage }),
    anomaly({
      id: `views.1h.channel-0f3a.${viral}`,
      startedAtMs: viral,
      rollup: 'channel',
      dim: 'Night Train',
      severity: 'info',
      score: 0.62,
      observed: 21_300,
      expected: 9_800,
      lower: 6_000,
      upper: 13_600,
      isGood: true,
    }),
  ];
}

/** The course of a KPI with a band around it, and a hole where the outage was. */
function band(key: string, fromMs: number, toMs: number, nowMs: number): BandPoint[] {
  const points: BandPoint[] = [];
  const outage = hourAgo(nowMs, 5);
  for (let start = Math.ceil(fromMs / HOUR) * HOUR; start < Math.min(toMs, nowMs); start += HOUR) {
    const expected = kpiValue(key, start, '1h', nowMs) ?? 0;
    const isHit = start >= outage && start < outage + 2 * HOUR;
    const room = 0.16 * Math.abs(expected);
    points.push({
      windowStartMs: start,
      observed: isHit ? 0.16 * expected : expected * (1 + 0.04 * Math.sin(start / HOUR)),
      expected,
      lower: expected - room,
      upper: expected + room,
      score: isHit ? 0.99 : 0.1,
    });
  }
  return points;
}

function detail(found: AnomalyView, nowMs: number): AnomalyDetail {
  const difference = found.observed - (found.expected ?? 0);
  const parts = (dimension: 'channel' | 'content' | 'country') => {
    const shown = cutsOf(dimension).slice(0, 6);
    const covered = shown.reduce((sum, { share }) => sum + share, 0);
    return {
      dimension,
      contributions: [
        ...shown.map(({ id, share }) => ({
          value: id,
          contribution: difference * share,
          share,
          expected: (found.expected ?? 0) * share,
          observed: found.observed * share,
        })),
        { value: null, contribution: difference * (1 - covered), share: 1 - covered },
      ],
    };
  };
  return {
    currency: 'USD',
    anomaly: found,
    explanation: {
      windowStartMs: found.startedAtMs,
      expected: found.expected ?? 0,
      observed: found.observed,
      ...(found.unit === 'currency'
        ? {
            dimensions: [],
            inputs: [
              { name: 'revenue', isMoney: true, observed: 171, usual: 380 },
              { name: 'view_events', isMoney: false, observed: 56_600, usual: 56_640 },
            ],
            unsaid: 'whole' as const,
          }
        : { dimensions: [parts(found.rollup === 'total' ? 'channel' : 'content'), parts('country')] }),
    },
    band: band(found.kpi, found.startedAtMs - 48 * HOUR, found.endedAtMs + 12 * HOUR, nowMs),
    related: all(nowMs).filter(({ id }) => id !== found.id),
  };
}

export function addAnomalyRoutes(
  api: Router,
  state: { readonly isEmpty: boolean; watch: WatchSettings },
): void {
  api.get('/anomalies', (req, res) => {
    const { kpi, severity, state: wanted } = req.query;
    const found = (state.isEmpty ? [] : all(Date.now())).filter(
      (each) =>
        (kpi === undefined || each.kpi === kpi) &&
        (severity === undefined || each.severity === severity) &&
        (wanted === undefined || each.state === wanted),
    );
    res.json({ currency: 'USD', anomalies: found, isCut: false });
  });
  api.get('/anomalies/:id', (req, res) => {
    const nowMs = Date.now();
    const found = all(nowMs).find(({ id }) => id === req.params.id) ?? all(nowMs)[1];
    if (found !== undefined) res.json(detail(found, nowMs));
  });
  api.get('/kpis/:key/band', (req, res) => {
    const { from, to, window } = req.query;
    const points =
      state.isEmpty || window !== '1h' ? [] : band(req.params.key, Number(from), Number(to), Date.now());
    res.json({ kpi: req.params.key, window: window === '1m' ? '1m' : '1h', points });
  });
  api.get('/watch', (_req, res) => void res.json(state.watch));
  api.patch('/watch', (req, res) => {
    const { falseAlarmsPerWeek, kpi } = Value.Parse(SensitivityRequest, req.body);
    const { watch } = state;
    const perKpi = { ...watch.perKpi };
    if (kpi !== undefined && kpi.falseAlarmsPerWeek !== null) perKpi[kpi.key] = kpi.falseAlarmsPerWeek;
    state.watch = {
      falseAlarmsPerWeek: falseAlarmsPerWeek ?? watch.falseAlarmsPerWeek,
      perKpi,
      changes: [
        {
          atMs: Date.now(),
          by: 'user:u1',
          what: kpi?.key ?? 'tenant',
          from: watch.falseAlarmsPerWeek,
          to: falseAlarmsPerWeek ?? null,
        },
        ...watch.changes,
      ],
    };
    res.json(state.watch);
  });
  api.get('/system/stages', (_req, res) => {
    res.json({
      stages: [
        {
          name: 'watch',
          isOwned: true,
          position: 48_211,
          pendingMessages: 0,
          flushedAtMs: Date.now() - 12_000,
          owesWrites: false,
          failure: null,
          repair: null,
        },
        {
          name: 'posts',
          isOwned: true,
          position: 1_204,
          pendingMessages: 47_007,
          flushedAtMs: Date.now() - 2_000,
          owesWrites: true,
          failure: null,
          repair:
            'The log lost its end, and events were stored below what had been read: built again from the first stored event',
        },
        {
          name: 'trends',
          isOwned: false,
          position: null,
          pendingMessages: null,
          flushedAtMs: null,
          owesWrites: null,
          failure: null,
          repair: null,
        },
      ],
    });
  });
}
