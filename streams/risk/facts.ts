/** One complete day of a tenant in its time zone; money in minor units of its currency. */
export interface FactDay {
  readonly startMs: number;
  readonly revenueMinor: number;
  readonly views: number;
}

/** What revenue is made of by one cut, over the last 28 days, and the days of its largest part. */
export interface Cut {
  readonly parts: readonly {
    readonly id: string;
    readonly revenueMinor: number;
    readonly costMinor: number;
  }[];
  /** Revenue of the largest part by the days of `RiskFacts.days`. */
  readonly largestDays: readonly number[];
}

/** Recurring revenue of one complete month; losses are positive here. */
export interface RecurringFacts {
  readonly startMs: number;
  readonly openingMinor: number;
  readonly churnMinor: number;
  readonly contractionMinor: number;
}

/** A source that brought money in the last 28 days. */
export interface SourceFacts {
  readonly name: string;
  readonly lastMs: number;
  /** Longest time between two hours with events of it. */
  readonly longestPauseHours: number;
  /** Hours with events; too few say nothing about what is usual. */
  readonly activeHours: number;
  readonly revenuePerHourMinor: number;
}

/** All that risks are worked out from: read once, then everything is arithmetic. */
export interface RiskFacts {
  readonly nowMs: number;
  /** End of the last complete day. */
  readonly asOfMs: number;
  /** Complete days in order without gaps, at most 112. */
  readonly days: readonly FactDay[];
  readonly stream: Cut;
  readonly channel: Cut;
  readonly content: Cut;
  /** By the platform that events name; events that name none are in no part. */
  readonly platform: Cut;
  /** Customers that events name; undefined when they are too many to follow. */
  readonly customers:
    | {
        readonly count: number;
        readonly largestMinor: number;
        readonly totalMinor: number;
        readonly index: number;
      }
    | undefined;
  readonly payments: {
    readonly failed: number;
    readonly paid: number;
    readonly meanMinor: number;
    /** Customers whose last failed payment of these days was followed by none that came. */
    readonly open: number;
    /** Failed payments at least 14 days old, and those of them after which one came within 14 days. */
    readonly known: number;
    readonly recovered: number;
    /** By the days of `days`. */
    readonly failedDays: readonly number[];
    readonly paidDays: readonly number[];
  };
  /** Money that came and that was paid back (positive), by the days of `days`. */
  readonly soldDays: readonly number[];
  readonly refundedDays: readonly number[];
  /** Complete months, the newest last. */
  readonly recurring: readonly RecurringFacts[];
  readonly mrrMinor: number;
  /** Revenue from ads around this day a year ago, when it is known: 28 days before and 28 after. */
  readonly adsYearAgo: { readonly beforeMinor: number; readonly afterMinor: number } | undefined;
  readonly sources: readonly SourceFacts[];
}
