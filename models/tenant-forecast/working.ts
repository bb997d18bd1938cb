import type { Repaired } from '../forecast/repair-history.ts';
import type { CalendarEffects } from './calendar-effects.ts';
import type { Outcome } from './series-outcome.ts';
import type { Origin } from './weigh.ts';

/** A modelled series with everything its description needs. */
export interface Working {
  /** Place in the panel, and among the modelled. */
  readonly index: number;
  readonly position: number;
  /** What came; NaN where nothing is known. Errors are of this alone. */
  readonly actual: Float64Array;
  /** The same with its gaps filled, which is what members look at. */
  readonly history: Float64Array;
  readonly repair: Repaired;
  readonly effects: CalendarEffects | undefined;
  readonly outcome: Outcome;
  /** Now first, then the past ones. */
  readonly origins: readonly Origin[];
}
