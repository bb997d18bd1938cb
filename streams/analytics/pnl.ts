import type { PnlFigures, PnlReply } from '../../platform/contracts/pnl.ts';
import type { Periods } from './periods.ts';

/** Sums of one local day of one channel, or of the whole tenant. */
export interface PnlDay {
  readonly startMs: number;
  readonly revenueMinor: number;
  readonly costMinor: number;
  readonly productionMinor: number;
  readonly advertisingMinor: number;
  readonly apiMinor: number;
  readonly videos: number;
}

/** Part of a month's amount that falls on its day number `day` of `days`, so that the days add up to the amount exactly. */
export function dailyPart(amountMinor: number, day: number, days: number): number {
  return Math.floor((amountMinor * (day + 1)) / days) - Math.floor((amountMinor * day) / days);
}

/** A day of the calendar and where it lies in its month. */
export interface CalendarDay {
  readonly startMs: number;
  readonly dayOfMonth: number;
  readonly daysInMonth: number;
}

/** Sums with the fee as figures. Costs that are of no known kind are `other`. */
export function figuresOf(days: readonly PnlDay[], feeMinor: number): PnlFigures {
  const sum = (value: (day: PnlDay) => number): number => days.reduce((total, day) => total + value(day), 0);
  const revenueMinor = sum((day) => day.revenueMinor);
  const costMinor = sum((day) => day.costMinor);
  const productionMinor = sum((day) => day.productionMinor);
  const advertisingMinor = sum((day) => day.advertisingMinor);
  const apiMinor = sum((day) => day.apiMinor);
  const videos = sum((day) => day.videos);
  const profitMinor = revenueMinor - costMinor - feeMinor;
  const spentMinor = costMinor + feeMinor;
  const perVideo = (amount: number): number | null => (videos <= 0 ? null : amount / videos);
  return {
    revenueMinor,
    costMinor,
    costs: {
      productionMinor,
      advertisingMinor,
      apiMinor,
      otherMinor: costMinor - productionMinor - advertisingMinor - apiMinor,
    },
    feeMinor,
    profitMinor,
    margin: revenueMinor <= 0 ? null : profitMinor / revenueMinor,
    roi: spentMinor <= 0 ? null : profitMinor / spentMinor,
    videos,
    revenuePerVideoMinor: perVideo(revenueMinor),
    costPerVideoMinor: perVideo(costMinor),
    profitPerVideoMinor: perVideo(profitMinor),
  };
}

export interface PnlInput {
  readonly periods: Periods;
  /** Days of the range that have begun, in order. */
  readonly calendar: readonly CalendarDay[];
  readonly tenant: readonly PnlDay[];
  readonly channels: ReadonlyMap<string, readonly PnlDay[]>;
  readonly feePerMonthMinor: number;
  readonly targetPerMonthMinor: number;
  /** Up to where event time is complete. */
  readonly completeMs: number;
}

/**
 * Profit and loss by period and by channel. Fee and target of a month are spread over its days; only days of the range count. What
 * the channels leave of the tenant's sums is channel ''.
 */
export function profitAndLoss(
  input: PnlInput,
): Pick<PnlReply, 'periods' | 'total' | 'targetMinor' | 'channels'> {
  const { calendar, channels, periods, tenant } = input;
  const fee = (day: CalendarDay): number =>
    dailyPart(input.feePerMonthMinor, day.dayOfMonth, day.daysInMonth);
  const target = (day: CalendarDay): number =>
    dailyPart(input.targetPerMonthMinor, day.dayOfMonth, day.daysInMonth);
  const sumOver = (days: readonly CalendarDay[], part: (day: CalendarDay) => number): number =>
    days.reduce((total, day) => total + part(day), 0);

  const byPeriod = periods.starts.map((startMs, index) => {
    const endMs = periods.endOf(index);
    const within = ({ startMs: at }: { readonly startMs: number }): boolean => at >= startMs && at < endMs;
    const days = calendar.filter(within);
    const figures = figuresOf(tenant.filter(within), sumOver(days, fee));
    const targetMinor = sumOver(days, target);
    return {
      startMs,
      endMs,
      isComplete: endMs <= input.completeMs,
      figures,
      targetMinor,
      isReached: figures.profitMinor >= targetMinor,
    };
  });
  const total = figuresOf(tenant, sumOver(calendar, fee));
  const named = [...channels].filter(([channel]) => channel !== '');
  const rows = named.map(([channel, days]) => ({ channel, figures: figuresOf(days, 0) }));
  const rest = figuresOf(
    restOf(
      tenant,
      named.flatMap(([, days]) => days),
    ),
    0,
  );
  if (rest.revenueMinor !== 0 || rest.costMinor !== 0 || rest.videos !== 0)
    rows.push({ channel: '', figures: rest });
  return {
    periods: byPeriod,
    total,
    targetMinor: sumOver(calendar, target),
    channels: rows.toSorted((a, b) => b.figures.profitMinor - a.figures.profitMinor),
  };
}

/** What is left of sums when others are taken off, as days to be added up. */
function restOf(whole: readonly PnlDay[], parts: readonly PnlDay[]): readonly PnlDay[] {
  const taken = parts.map((day) => ({
    startMs: day.startMs,
    revenueMinor: -day.revenueMinor,
    costMinor: -day.costMinor,
    productionMinor: -day.productionMinor,
    advertisingMinor: -day.advertisingMinor,
    apiMinor: -day.apiMinor,
    videos: -day.videos,
  }));
  return [...whole, ...taken];
}
