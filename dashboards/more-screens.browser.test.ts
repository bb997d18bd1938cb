import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBench, type Bench } from './testing/browser.ts';
import { faultsOf, otherScreens } from './testing/every-screen.ts';

describe('every screen, the other half', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  test.each(otherScreens)(
    '%s reads well in both themes at both widths, under the policy',
    async (path, text) => {
      expect(await faultsOf(bench, path, text)).toEqual([]);
    },
  );
});
