import type { Curve } from './curve.ts';

/** The division of one resource: maximise Σ (value(x) − shift·x) with Σ x ≤ total and each group's Σ x ≤ cap. */
export interface Part {
  readonly curves: readonly Curve[];
  readonly total: number;
  /** Group of each channel, −1 for none. */
  readonly groupOf: Int32Array;
  readonly caps: Float64Array;
  /** Members of each group. */
  readonly members: readonly Int32Array[];
  /** Amounts are multiples of it; 0: any amount. */
  readonly step: number;
  /** Taken off the slope of each channel: the gradient of a risk penalty. */
  readonly shift: Float64Array | undefined;
}

/** Lower and upper limits of the amounts of one resource. */
export interface Box {
  readonly lo: Float64Array;
  readonly hi: Float64Array;
}
