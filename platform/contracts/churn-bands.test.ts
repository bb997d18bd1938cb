import { describe, expect, it } from 'vitest';
import { churnBandsFault, defaultChurnBands, type ChurnBand } from './churn-bands.ts';

const changed = (i: number, change: Partial<ChurnBand>): string | undefined =>
  churnBandsFault({
    bands: defaultChurnBands.bands.map((band, k) => (k === i ? { ...band, ...change } : band)),
  });

describe('bands of churn', () => {
  it('those of the seeds are in order', () => expect(churnBandsFault(defaultChurnBands)).toBeUndefined());

  it.each([
    [1, { band: 'high' as const }, 'Band 2 must be medium'],
    [0, { from: 0.1 }, 'begins at 0'],
    [2, { from: 0.3 }, 'high must begin above medium, which begins at 0.3'],
    [3, { campaign: [] }, 'critical has a discount and no campaign'],
    [3, { campaign: [' '] }, 'without a name'],
  ])('band %d with %j is refused', (i, change, fault) => {
    expect(changed(i, change)).toContain(fault);
  });
});
