import { defineConfig } from 'vitest/config';

const everywhere = ['**/node_modules/**', '**/dist/**', '.weir/**', '.tools/**', 'coverage/**'];
const needsTheWorld = ['**/*.integration.test.ts', '**/*.browser.test.ts', '**/*.chaos.test.ts'];
const worksLong = '**/*.simulation.test.ts';

/**
 * Five projects. `unit` and `simulation` touch no network and run in parallel; simulations work through real data or large simulated ones for
 * seconds, which is too long for a check after every change. `integration` and `browser` start servers and come after them, two files at a
 * time; `chaos` kills whole engines and has the machine for itself.
 */
export default defineConfig({
  test: {
    // Files of integration and browser wait more than they compute: two at a time fill two cores.
    maxWorkers: 2,
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.ts', '**/*.test.tsx'],
          exclude: [...everywhere, ...needsTheWorld, worksLong],
          // Pure tests leave nothing behind that another file could see; a process for each would take longer than the tests.
          isolate: false,
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'browser',
          globalSetup: ['dashboards/testing/build-once.ts'],
          include: ['**/*.browser.test.ts'],
          expect: { poll: { timeout: 10_000, interval: 50 } },
          exclude: everywhere,
          sequence: { groupOrder: 2 },
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
