import type {
  LifecycleQuestion,
  TrendAssumptions,
  TrendLifecycle,
  TrendWindow,
} from '../../../platform/contracts/trend-lifecycle.ts';
import { overallRisk, risksOf } from './risk.ts';
import { saturationMs, windowsOf } from './windows.ts';

const HOUR_MS = 3_600_000;
/** Most that a content of the seeds' own production costs, US dollars. */
const COST_USD = 3;

/** What the tenant earned and spent in the last 28 days, in units of its currency. */
export interface OwnFigures {
  readonly revenue: number;
  readonly views: number;
  readonly productionCost: number;
  readonly produced: number;
}

/** Enough views and contents for a figure of one's own. */
const MIN_VIEWS = 1_000;
const MIN_CONTENTS = 3;

/**
 * The life of a trend as it is expected, and whether to go for it: windows with the return of a content published in each, the best entry, what may go wrong,
 * and go or no go with the reasons. All of it estimates: return is views × share × RPM ÷ cost by the trajectory's own interval.
 */
export function lifecycleOf(
  { trend, atMs, assumptions, usdRate }: LifecycleQuestion,
  currency: string,
  own: OwnFigures | undefined,
): TrendLifecycle {
  // Without a rate for the estimates' dollars, figures in two currencies would be mixed: then all are in dollars.
  const isOwnMoney = usdRate !== null;
  const rpm = rpmOf(
    assumptions,
    isOwnMoney ? own : undefined,
    trend.monetization.rpmUsdEstimate * (usdRate ?? 1),
  );
  const cost = costOf(assumptions, isOwnMoney ? own : undefined, COST_USD * (usdRate ?? 1));
  const ownViews = own === undefined || own.produced < MIN_CONTENTS ? undefined : own.views / own.produced;
  const windows = windowsOf(trend, atMs, assumptions, { rpm: rpm.value, cost: cost.value, ownViews });
  const risks = risksOf(trend, atMs, assumptions, rpm.from);
  const risk = overallRisk(risks);
  const best = bestOf(windows);
  return {
    key: trend.key,
    atMs,
    stage: trend.stage,
    peak: trend.timing.peak,
    end: trend.timing.end,
    saturationMs: saturationMs(trend, atMs),
    currency: isOwnMoney ? currency : 'USD',
    rpm,
    cost,
    windows: [...windows],
    entry:
      best === undefined || best.publishMs === null
        ? null
        : {
            stage: best.stage,
            publishMs: best.publishMs,
            startMs: Math.round(Math.max(atMs, best.publishMs - assumptions.leadTimeHours * HOUR_MS)),
          },
    risks: [...risks],
    risk,
    ...decide(windows, best, risk, assumptions),
    assumptions,
  };
}

type Figure = TrendLifecycle['rpm'];

function rpmOf({ rpm }: TrendAssumptions, own: OwnFigures | undefined, estimate: number): Figure {
  if (rpm !== null) return { value: rpm, from: 'assumed' };
  if (own === undefined || own.views < MIN_VIEWS || own.revenue <= 0)
    return { value: cents(estimate), from: 'estimate' };
  return { value: cents((1_000 * own.revenue) / own.views), from: 'own' };
}

function costOf({ costPerContent }: TrendAssumptions, own: OwnFigures | undefined, estimate: number): Figure {
  if (costPerContent !== null) return { value: costPerContent, from: 'assumed' };
  if (own === undefined || own.produced < MIN_CONTENTS || own.productionCost <= 0)
    return { value: cents(estimate), from: 'estimate' };
  return { value: cents(own.productionCost / own.produced), from: 'own' };
}

/** The window that is expected to return most; the earlier one of equals. */
function bestOf(windows: readonly TrendWindow[]): TrendWindow | undefined {
  return windows
    .filter(({ publishMs, roi }) => publishMs !== null && roi !== null)
    .toSorted((a, b) => (b.roi?.expected ?? 0) - (a.roi?.expected ?? 0) || a.fromMs - b.fromMs)[0];
}

function decide(
  windows: readonly TrendWindow[],
  best: TrendWindow | undefined,
  risk: number,
  { minRoi, maxRisk, leadTimeHours }: TrendAssumptions,
): Pick<TrendLifecycle, 'decision' | 'reasons'> {
  const no = (...reasons: string[]): Pick<TrendLifecycle, 'decision' | 'reasons'> => ({
    decision: 'no-go',
    reasons,
  });
  if (windows.length === 0) return no('Its peak is past: what is published now comes late.');
  if (windows.every(({ publishMs }) => publishMs === null))
    return no(`A content takes ${leadTimeHours} h to make; by then its windows are over.`);
  const roi = best?.roi;
  if (best === undefined || roi === undefined || roi === null)
    return no('No views of it are known, so a return cannot be reckoned; it is only talked about so far.');
  const reasons = [
    `A content published while it is ${best.stage === 'peak' ? 'at its peak' : best.stage} is expected to return ${percent(roi.expected)} of its cost, four times in five between ${percent(roi.low)} and ${percent(roi.high)}; at least ${percent(minRoi)} is asked for.`,
    `Its risks together come to ${percent(risk)}; at most ${percent(maxRisk)} is accepted.`,
  ];
  const isWorth = roi.expected >= minRoi;
  const isSafe = risk <= maxRisk;
  if (!isWorth || !isSafe) return no(...reasons);
  return {
    decision: 'go',
    reasons:
      roi.low < 0
        ? [...reasons, 'In the worst of ten cases it does not earn its cost: begin with one.']
        : reasons,
  };
}

function percent(share: number): string {
  return `${Math.round(100 * share).toLocaleString('en')}%`;
}
function cents(value: number): number {
  return Math.round(100 * value) / 100;
}
