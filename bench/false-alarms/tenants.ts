import type { WatchedWindow } from '../../platform/contracts/anomaly.ts';
import { shareBudget } from '../../streams/watch/budget.ts';
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
  /** Alarms of their own (not listed under another) a week of each network, without a known cause, after the learning time. */
  readonly perWeek: readonly number[];
  /** The same over all networks together, and in the learning time. */
  readonly overall: number;
  readonly whileLearning: number;
  /** Of all alarms, those at an outage or a viral moment: something was there. */
  readonly withCause: number;
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
  const found = settings.map((setting) => ({
    setting,
    quiet: [] as number[],
    weeks: [] as number[],
    learning: 0,
    learningWeeks: 0,
    withCause: 0,
    allWeeks: 0,
  }));
  for (const of of networks) {
    const network = simulateNetwork(of);
    const exposure = exposureOf(network, of.window);
    for (const row of found) {
      const counted = countEpisodes(network, of.window, judgeNetwork(network, row.setting));
      row.quiet.push(counted.quiet);
      row.weeks.push(exposure.quiet);
      row.learning += counted.learning;
      row.learningWeeks += exposure.learning;
      row.withCause += counted.withCause;
      row.allWeeks += of.weeks;
    }
    tell(`  ${of.seed}: ${network.windows.length} windows of ${of.window}, ${network.keys.length} values`);
  }
  return found.map(({ allWeeks, learning, learningWeeks, quiet, setting, weeks, withCause }) => ({
    setting,
    perWeek: quiet.map((count, at) => count / (weeks[at] ?? 1)),
    overall: sum(quiet) / sum(weeks),
    whileLearning: learning / learningWeeks,
    withCause: withCause / allWeeks,
  }));
}

interface Counted {
  readonly quiet: number;
  readonly learning: number;
  readonly withCause: number;
}

export function countEpisodes(network: Network, window: WatchedWindow, episodes: readonly Span[]): Counted {
  let [quiet, learning, withCause] = [0, 0, 0];
  for (const episode of episodes)
    if (hasCause(network, episode)) withCause++;
    else if (episode.startMs < network.startMs + LEARNING_MS[window]) learning++;
    else quiet++;
  return { quiet, learning, withCause };
}

/** Weeks in which a false alarm could have been counted: windows near a cause could not have one. */
export function exposureOf(network: Network, window: WatchedWindow): Omit<Counted, 'withCause'> {
  const { quiet, learning } = countEpisodes(network, window, network.windows);
  const weeks = network.stepMs / WEEK_MS;
  return { quiet: quiet * weeks, learning: learning * weeks };
}

function hasCause({ causes }: Network, { startMs, endMs }: Span): boolean {
  return causes.some((cause) => startMs < cause.endMs + NEAR_MS && endMs > cause.startMs - NEAR_MS);
}

/** Episodes of their own, as the watch tells them. */
export function judgeNetwork({ keys, windows }: Network, falseAlarmsPerWeek: number): readonly Span[] {
  const plan = planKpis(countedKpis, 100);
  const budgets = shareBudget(
    { falseAlarmsPerWeek, perKpi: {} },
    plan.kpis.map((kpi) => ({
      kpi: kpi.definition.key,
      totals: Number(kpi.watch.anomalies.includes('1h')),
      parts: keys.filter(({ rollup }) => rollup !== 'total' && isCutBy(kpi, rollup)).length,
    })),
  );
  const state = createTenantWatch('main');
  for (const grain of Object.values(state.grains)) grain.keys = keys;
  const episodes = new Map<string, Span>();
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
      if (cell('parent_id') === '')
        episodes.set(cell('id'), { startMs: Number(cell('started_at')), endMs: Number(cell('ended_at')) });
    }
    state.outbox = emptyOutbox();
  }
  return [...episodes.values()];
}

const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
