import { defineConfig } from 'vitest/config';

const everywhere = ['**/node_modules/**', '**/dist/**', '.weir/**', '.tools/**', 'coverage/**'];
const needsTheWorld = ['**/*.integration.test.ts', '**/*.browser.test.ts', '**/*.chaos.test.ts'];
const worksLong = '**/*.simulation.test.ts';

/**
 * Five projects. `unit` and `simulation` touch no network and run in parallel; simulations work through real data or large simulated ones for
 * seconds, which is too long for a check after every change. The others start servers, so their files run one by one, and after the rest:
 * two cores are never asked for more than one heavy thing at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...everywhere, ...needsTheWorld, worksLong],
          // Style sheets come empty unless named; this one is checked for contrast.
          css: { include: [/tokens\.css/] },
          // Properties run hundreds of cases: on a busy machine the usual five seconds are short of that.
          testTimeout: 30_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'simulation',
          include: [worksLong],
          exclude: everywhere,
          testTimeout: 60_000,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'integration',
          include: ['**/*.integration.test.ts'],
          exclude: everywhere,
          sequence: { groupOrder: 1 },
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          include: ['**/*.browser.test.ts'],
          expect: { poll: { timeout: 10_000, interval: 50 } },
          exclude: everywhere,
          sequence: { groupOrder: 2 },
          fileParallelism: false,
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        test: {
          name: 'chaos',
          include: ['**/*.chaos.test.ts'],
          exclude: everywhere,
          sequence: { groupOrder: 3 },
          fileParallelism: false,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
