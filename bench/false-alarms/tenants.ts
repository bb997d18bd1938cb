import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import { mayAlarm, shareBudget } from '../../streams/watch/budget.ts';
import { isCutBy } from '../../streams/watch/explain-window.ts';
import { judgeWindow } from '../../streams/watch/judge.ts';
import { planKpis } from '../../streams/watch/kpi-plan.ts';
import { anomalyColumns } from '../../streams/watch/rows.ts';
import { createTenantWatch, emptyOutbox } from '../../streams/watch/watch-state.ts';
import {
  countedKpis,
  HOUR_MS,
  simulateNetwork,
  WEEK_MS,
  type Network,
  type NetworkSettings,
  type Span,
} from './networks.ts';

/** Episodes this near to an outage, or in a viral moment, are no false ones. */
const NEAR_MS = HOUR_MS;
/** Until a week of hours, or a day of minutes, has been seen twice, its profile is still being learned. */
const LEARNING_MS: Readonly<Record<WatchedWindow, number>> = { '1h': 2 * WEEK_MS, '1m': (2 * WEEK_MS) / 7 };

export interface TenantAlarms {
  readonly setting: number;
  /** Incidents a week of each network, without a known cause, after the learning time. */
  readonly perWeek: readonly number[];
  /** The same over all networks together, and in the learning time. */
  readonly overall: number;
  /** How many there would be in the quiet time of all networks if the promise were kept: so much is the luck of few. */
  readonly expected: number;
  readonly whileLearning: number;
  /** Signals a week after the learning time: each KPI of an incident sends its own. */
  readonly signals: number;
  /** Of all incidents, those at an outage or a viral moment: something was there. */
  readonly withCause: number;
}

/** What the watch made of a network: what it lists as one trouble, and what it sent. */
interface Told {
  readonly incidents: readonly Span[];
  readonly signals: readonly Span[];
}

/**
 * "About N false alarms a week", counted: every KPI series of simulated networks (total, channels, countries), judged as the engine judges
 * them, with all of N for the one grain. Outages and viral moments are part of the network and known: what is told near one counts apart.
 */
export function measureTenants(
  networks: readonly NetworkSettings[],
  settings: readonly number[],
  tell: (line: string) => void,
): readonly TenantAlarms[] {
  const rows = settings.map((setting) => ({ setting, counts: [] as TenantCount[] }));
  for (const of of networks) {
    const network = simulateNetwork(of);
    for (const { counts, setting } of rows) counts.push(countNetwork(network, of.window, setting));
    tell(`  ${of.seed}: ${network.windows.length} windows of ${of.window}, ${network.keys.length} values`);
  }
  return rows.map(({ counts, setting }) => {
    const total = (of: (count: TenantCount) => number): number =>
      counts.reduce((sum, count) => sum + of(count), 0);
    const quietWeeks = total(({ weeks }) => weeks.quiet);
    return {
      setting,
      perWeek: counts.map(({ incidents, weeks }) => incidents.quiet / weeks.quiet),
      overall: total(({ incidents }) => incidents.quiet) / quietWeeks,
      expected: quietWeeks * setting,
      whileLearning: total(({ incidents }) => incidents.learning) / total(({ weeks }) => weeks.learning),
      signals: total(({ signals }) => signals.quiet) / quietWeeks,
      withCause: total(({ incidents }) => incidents.withCause) / total(({ allWeeks }) => allWeeks),
    };
  });
}

interface TenantCount {
  readonly incidents: Counted;
  readonly signals: Counted;
  readonly weeks: Omit<Counted, 'withCause'>;
  readonly allWeeks: number;
}

export function countNetwork(network: Network, window: WatchedWindow, setting: number): TenantCount {
  const { incidents, signals } = judgeNetwork(network, window, setting);
  return {
    incidents: countEpisodes(network, window, incidents),
    signals: countEpisodes(network, window, signals),
    weeks: exposureOf(network, window),
    allWeeks: (network.windows.length * network.stepMs) / WEEK_MS,
  };
}

interface Counted {
  readonly quiet: number;
  readonly learning: number;
  readonly withCause: number;
}

function countEpisodes(network: Network, window: WatchedWindow, episodes: readonly Span[]): Counted {
  let [quiet, learning, withCause] = [0, 0, 0];
  for (const episode of episodes)
    if (hasCause(network, episode)) withCause++;
    else if (episode.startMs < network.startMs + LEARNING_MS[window]) learning++;
    else quiet++;
  return { quiet, learning, withCause };
}

/** Weeks in which a false alarm could have been counted: windows near a cause could not have one. */
function exposureOf(network: Network, window: WatchedWindow): Omit<Counted, 'withCause'> {
  const { quiet, learning } = countEpisodes(network, window, network.windows);
  const weeks = network.stepMs / WEEK_MS;
  return { quiet: quiet * weeks, learning: learning * weeks };
}

function hasCause({ causes }: Network, { startMs, endMs }: Span): boolean {
  return causes.some((cause) => startMs < cause.endMs + NEAR_MS && endMs > cause.startMs - NEAR_MS);
}

/** Incidents as the watch lists them, and the episodes it sends signals of. */
function judgeNetwork({ keys, windows }: Network, window: WatchedWindow, falseAlarmsPerWeek: number): Told {
  const plan = planKpis(countedKpis, 100);
  const budgets = shareBudget(
    { falseAlarmsPerWeek, perKpi: {} },
    plan.kpis.map((kpi) => ({
      kpi: kpi.definition.key,
      shape: kpi.shape.kind,
      totals: Number(kpi.watch.anomalies.includes('1h')),
      parts: keys.filter(
        (key) => key.rollup !== 'total' && isCutBy(kpi, key.rollup) && mayAlarm(kpi.shape.kind, key, window),
      ).length,
    })),
  );
  const state = createTenantWatch('main');
  for (const grain of Object.values(state.grains)) grain.keys = keys;
  const episodes = new Map<string, Span>();
  const roots = new Set<string>();
  const told = new Set<string>();
  for (const closed of windows) {
    judgeWindow(state, closed, {
      plan,
      words: { currency: 'USD' },
      budgetOf: (kpi, key) => {
        const budget = budgets.get(kpi);
        return (key.rollup === 'total' ? budget?.total : budget?.part) ?? 0;
      },
      nowMs: 0,
      signalMaxAgeMs: 0,
    });
    for (const line of state.outbox.anomalies) {
      const cells = line.trimEnd().split('\t');
      const cell = (name: (typeof anomalyColumns)[number]): string =>
        cells[anomalyColumns.indexOf(name)] ?? '';
      if (cell('parent_id') === '') roots.add(cell('id'));
      episodes.set(cell('id'), { startMs: Number(cell('started_at')), endMs: Number(cell('ended_at')) });
    }
    for (const { id, kind } of state.outbox.signals) if (kind === 'anomaly') told.add(id);
    state.outbox = emptyOutbox();
  }
  const spansOf = (ids: ReadonlySet<string>): Span[] => [...ids].flatMap((id) => episodes.get(id) ?? []);
  return { incidents: spansOf(roots), signals: spansOf(told) };
}
