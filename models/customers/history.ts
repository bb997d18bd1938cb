/** What an event says about one subscription of a customer. */
export interface ContractFact {
  /** When it took effect. */
  readonly atMs: number;
  readonly kind: 'start' | 'change' | 'cancel' | 'payment';
  readonly subscription: string;
  readonly plan: string | null;
  readonly status: string | null;
  /** What one interval costs, in the subscription's own minor units. */
  readonly unitMinor: number | null;
  readonly intervalMonths: number | null;
  /** End of what is paid, of a cancellation. */
  readonly endsAtMs: number | null;
  readonly trialEndMs: number | null;
}

/** A customer under contract; facts by time. */
export interface CustomerHistory {
  readonly user: string;
  readonly country: string;
  readonly facts: readonly ContractFact[];
  /** Monthly recurring revenue now in the tenant's minor units, as Revenue shows it; null where it is not known. */
  readonly mrrMinor: number | null;
}

export const WEEK_MS = 604_800_000;
/** Months of tenure: 365.25 / 12 days. */
export const MONTH_MS = 30.4375 * 86_400_000;

/**
 * What users did, a row a user and week; weeks count back from `asOfMs`: week w is [asOf − (w+1)·7 d, asOf − w·7 d). Rows of a user
 * lie together: those of user u are `offsets[u]` to `offsets[u + 1]`.
 */
export interface ActivityWeeks {
  readonly offsets: Int32Array;
  readonly week: Int16Array;
  readonly sessions: Float64Array;
  readonly sessionMs: Float64Array;
  /** Features used, a bit each. */
  readonly features: Uint32Array;
  readonly tickets: Float64Array;
  readonly failedPayments: Float64Array;
  /** Events of use: sessions, uses, views, engagement. */
  readonly engagement: Float64Array;
  /** Shares and comments. */
  readonly influence: Float64Array;
  readonly revenueMinor: Float64Array;
  /** Last event of use in the week; 0 for none. */
  readonly lastUseMs: Float64Array;
}

/** One row before it is laid out. */
export interface ActivityRow {
  readonly user: number;
  readonly week: number;
  readonly sessions: number;
  readonly sessionMs: number;
  readonly features: number;
  readonly tickets: number;
  readonly failedPayments: number;
  readonly engagement: number;
  readonly influence: number;
  readonly revenueMinor: number;
  readonly lastUseMs: number;
}

/** Lays rows out by user and week; rows of the same user and week are added up. */
export function activityWeeks(users: number, rows: readonly ActivityRow[]): ActivityWeeks {
  const merged = new Map<number, ActivityRow>();
  for (const row of rows) {
    const key = row.user * 4_096 + row.week;
    const before = merged.get(key);
    merged.set(key, before === undefined ? row : added(before, row));
  }
  const ordered = [...merged.values()].toSorted((a, b) => a.user - b.user || a.week - b.week);
  const offsets = new Int32Array(users + 1);
  for (const { user } of ordered) offsets[user + 1] = (offsets[user + 1] ?? 0) + 1;
  for (let u = 0; u < users; u += 1) offsets[u + 1] = (offsets[u + 1] ?? 0) + (offsets[u] ?? 0);
  const numbers = (pick: (row: ActivityRow) => number): Float64Array => Float64Array.from(ordered, pick);
  return {
    offsets,
    week: Int16Array.from(ordered, ({ week }) => week),
    sessions: numbers((row) => row.sessions),
    sessionMs: numbers((row) => row.sessionMs),
    features: Uint32Array.from(ordered, ({ features }) => features),
    tickets: numbers((row) => row.tickets),
    failedPayments: numbers((row) => row.failedPayments),
    engagement: numbers((row) => row.engagement),
    influence: numbers((row) => row.influence),
    revenueMinor: numbers((row) => row.revenueMinor),
    lastUseMs: numbers((row) => row.lastUseMs),
  };
}

function added(a: ActivityRow, b: ActivityRow): ActivityRow {
  return {
    user: a.user,
    week: a.week,
    sessions: a.sessions + b.sessions,
    sessionMs: a.sessionMs + b.sessionMs,
    features: (a.features | b.features) >>> 0,
    tickets: a.tickets + b.tickets,
    failedPayments: a.failedPayments + b.failedPayments,
    engagement: a.engagement + b.engagement,
    influence: a.influence + b.influence,
    revenueMinor: a.revenueMinor + b.revenueMinor,
    lastUseMs: Math.max(a.lastUseMs, b.lastUseMs),
  };
}
