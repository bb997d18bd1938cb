import type { CashKind } from '../../platform/contracts/cash.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { PnlReply } from '../../platform/contracts/pnl.ts';
import type { RenderRequest } from '../../platform/contracts/render.ts';
import type { BreakdownReply } from '../../platform/contracts/revenue.ts';
import type { Severity } from '../../platform/contracts/signal.ts';
import type { Period } from './period.ts';

/** Everything a report is made from; the same facts make the same report. */
export interface ReportFacts {
  readonly tenant: {
    readonly name: string;
    readonly currency: string;
    readonly timeZone: string;
    readonly simulated: boolean;
  };
  readonly audience: 'management' | 'investor';
  readonly period: Period;
  readonly madeAtMs: number;
  readonly askedBy: RenderRequest['askedBy'];
  readonly pnl: PnlReply;
  /** Null where the tenant had no events for at least half of the period before. */
  readonly priorPnl: PnlReply | null;
  readonly trend: PnlReply;
  readonly streams: BreakdownReply;
  readonly channels: BreakdownReply;
  /** Undefined where no subscription was ever seen. */
  readonly recurring: RecurringFacts | undefined;
  readonly cash: CashFacts;
  /** What was forecast for the whole period before it began; undefined where nothing was. */
  readonly forecastBefore: PeriodForecast | undefined;
  readonly kpis: readonly KpiFact[];
  readonly signals: readonly SignalFact[];
  /** Undefined where nothing was forecast yet. */
  readonly forecast: ForecastFacts | undefined;
  readonly freshness: {
    /** Event time of the newest event; null before the first. */
    readonly newestEventMs: number | null;
    readonly newestReceivedMs: number | null;
    /** Events of the period. */
    readonly events: number;
  };
}

/** MRR in minor units over the months the period touches; losses negative. */
export interface RecurringFacts {
  readonly asOfMs: number;
  readonly policyVersion: number;
  readonly months: readonly RecurringMonthFact[];
}

export interface RecurringMonthFact {
  readonly startMs: number;
  readonly opening: number;
  readonly new: number;
  readonly reactivation: number;
  readonly expansion: number;
  readonly contraction: number;
  readonly churn: number;
  readonly transfer: number;
  readonly fx: number;
  readonly closing: number;
  readonly customers: number;
}

/** Cash, minor units; positive comes in. */
export interface CashFacts {
  readonly now: CashSpan;
  /** Null where there is no period before to compare with. */
  readonly prior: CashSpan | null;
  /** Streams of revenue that payouts are recorded of: what they earn is not received yet. */
  readonly accruedStreams: readonly string[];
  /** The other streams with revenue in the period. */
  readonly directStreams: readonly string[];
  /** Kinds of movement ever recorded up to the end of the period. */
  readonly recordedKinds: readonly CashKind[];
  /** Payouts in the period that name no stream. */
  readonly strayPayouts: number;
}

export interface CashFlow {
  readonly profitMinor: number;
  /** Revenue of the accrued streams. */
  readonly accruedMinor: number;
  readonly payoutsMinor: number;
  /** Movements by kind, payouts left out. */
  readonly kinds: Readonly<Partial<Record<CashKind, number>>>;
}

export interface CashSpan {
  readonly flow: CashFlow;
  /**
   * Where opening and closing come from. `balances`: recorded before the period and in it; `opening`: recorded before it alone; `back`: in it
   * alone, so the opening is worked back; `since`: no balance, so both count from the first event; `unknown`: neither.
   */
  readonly basis: 'balances' | 'opening' | 'back' | 'since' | 'unknown';
  readonly openingMinor: number | null;
  readonly closingMinor: number | null;
  /** Of the newest balance it follows from, or the first event. */
  readonly asOfMs: number | null;
}

export interface PeriodForecast {
  readonly madeAtMs: number;
  readonly revenueMinor: number;
}

export interface KpiFact {
  readonly definition: KpiDefinition;
  readonly value: number | null;
  readonly prior: number | null;
}

export interface SignalFact {
  readonly title: string;
  readonly kind: string;
  readonly severity: Severity;
  readonly isFiring: boolean;
  readonly isGood: boolean | null;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
}

/** Revenue a day to come, minor units. */
export interface ForecastFacts {
  readonly madeAtMs: number;
  readonly days: readonly {
    readonly startMs: number;
    readonly expected: number;
    /** Of the interval that holds .8 of the time. */
    readonly low: number;
    readonly high: number;
  }[];
  /** Backtest error on this very series, relative. */
  readonly backtest: number | null;
}
