import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Experiment, ExperimentMetric } from '../../platform/contracts/experiment.ts';
import { openClickHouse, type ClickHouseStore } from '../../platform/store/adapters/clickhouse.ts';
import { migrate } from '../../platform/store/migrate.ts';
import { escapeTsv } from '../../platform/store/tsv.ts';
import { peopleEvents } from '../../platform/persons/people-sql.ts';
import { CountRow, countSql } from './count-sql.ts';
import { countsFrom } from './counts.ts';

const hour = 3_600_000;
const start = Date.UTC(2026, 9, 1);
let directory: string;
let store: ClickHouseStore;

type Event = readonly [
  user: string,
  type: string,
  hours: number,
  data?: object,
  amountMinor?: number,
  tenant?: string,
];
const seen = (user: string, variant: string, hours: number, tenant = 'acme'): Event => [
  user,
  'experiment_exposure',
  hours,
  { experiment: 'page', variant },
  0,
  tenant,
];

const signedIn = (user: string, variant: string, hours: number): Event => [
  user,
  'experiment_exposure',
  hours,
  { experiment: 'signed', variant },
];

const events: Event[] = [
  // Seen signed out, converted signed in: one person, in the first variant.
  signedIn('dev1', 'a', 1),
  ['v1', 'signup', 2],
  ['v1', 'product_sale', 3, {}, 700],
  // Another variant after signing in, and on a second device; a user who was said to be another one.
  signedIn('dev2', 'b', 1),
  signedIn('v2', 'a', 2),
  signedIn('tablet2', 'a', 3),
  ['v2', 'signup', 4],
  signedIn('old3', 'b', 1),
  ['v3', 'signup', 2],
  // Two variants on one device are still a fault.
  signedIn('dev4', 'a', 1),
  signedIn('dev4', 'b', 2),
  seen('u1', 'a', 1),
  ['u1', 'product_sale', 2, {}, 500],
  ['u1', 'product_sale', 3, {}, -200],
  // Before the exposure, and after the window.
  ['u1', 'product_sale', 0.5, {}, 9_000],
  ['u1', 'product_sale', 26, {}, 9_000],
  ['u1', 'signup', 2],
  ['u1', 'signup', 4],
  seen('u2', 'a', 2),
  // Seen again: the first one counts.
  seen('u2', 'a', 30),
  ['u2', 'signup', 31],
  seen('u3', 'b', 3),
  ['u3', 'product_sale', 3.5, {}, 1_000],
  seen('u4', 'b', 28),
  ['u4', 'signup', 29],
  // Came back after the shares had changed and got the other variant: counts for the first one.
  seen('u9', 'b', 4),
  seen('u9', 'a', 29),
  ['u9', 'signup', 5],
  ['u9', 'signup', 29.5],
  // Both variants; an unknown one; another tenant; another experiment; nobody.
  seen('u5', 'a', 1),
  seen('u5', 'b', 2),
  seen('u6', 'c', 2),
  seen('u7', 'a', 2, 'other'),
  ['u8', 'experiment_exposure', 1, { experiment: 'else', variant: 'a' }],
  seen('', 'a', 1),
];

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'weir-experiments-'));
  store = await openClickHouse({ database: 'default', path: join(directory, 'chdb') });
  await migrate(store);
  const rows = events.map(([user, type, hours, data = {}, amount = 0, tenant = 'acme'], i) =>
    [tenant, `e${i}`, type, start + hours * hour, start, user, amount, escapeTsv(JSON.stringify(data))].join(
      '\t',
    ),
  );
  const links = [
    ['owner', 'dev1', 'v1'],
    ['owner', 'dev2', 'v2'],
    ['owner', 'tablet2', 'v2'],
    ['owner', 'dev4', 'v4'],
    ['alias', 'old3', 'v3'],
  ].map((link) => `acme\t${link.join('\t')}\t${start}\t1\n`);
  await store.insertRows('identities', ['tenant', 'kind', 'a', 'b', 'at', 'version'], links.join(''));
  await store.insertRows(
    'events',
    ['tenant', 'id', 'type', 'time', 'received_at', 'user', 'amount_base_minor', 'data'],
    `${rows.join('\n')}\n`,
  );
});
afterAll(async () => {
  await store.close();
  rmSync(directory, { recursive: true, force: true });
});

const signup: ExperimentMetric = {
  key: 'signup',
  title: 'Sign-ups',
  kind: 'conversion',
  eventTypes: ['signup'],
  higherIsBetter: true,
};
const sales: ExperimentMetric = { ...signup, key: 'sales', kind: 'revenue', eventTypes: ['product_sale'] };

const experiment: Experiment = {
  key: 'page',
  tenant: 'acme',
  title: 'Page',
  hypothesis: '',
  variants: [
    { key: 'a', title: 'A', share: 0.5 },
    { key: 'b', title: 'B', share: 0.5 },
  ],
  traffic: 1,
  primary: signup,
  secondary: [sales],
  guardrails: [{ metric: signup, maxHarm: 0.1 }],
  allocation: 'fixed',
  exploration: 0.1,
  alpha: 0.05,
  power: 0.8,
  minimumEffect: 0.1,
  windowHours: 24,
  stopsOnHarm: true,
  maxDays: 30,
  state: 'running',
  salt: 's',
  epochs: [
    { fromMs: start, shares: [0.5, 0.5] },
    { fromMs: start + 24 * hour, shares: [0.9, 0.1] },
  ],
  createdAtMs: start,
  startedAtMs: start,
};

async function count(change: Partial<Experiment> = {}) {
  const asked = { ...experiment, ...change };
  const people = await peopleEvents(store, asked.tenant);
  const { sql, params } = countSql(asked, start + 40 * hour, 100, people);
  return countsFrom(asked, await store.query(sql, params, CountRow));
}

test('each user counts once, for the first variant, within the window', async () => {
  expect(await count()).toEqual({
    metrics: [
      {
        metric: 'signup',
        variants: [
          { users: 2, sum: 1, sumSquares: 1 },
          { users: 3, sum: 2, sumSquares: 2 },
        ],
      },
      {
        metric: 'sales',
        variants: [
          { users: 2, sum: 3, sumSquares: 9 },
          { users: 3, sum: 10, sumSquares: 100 },
        ],
      },
    ],
    epochs: [
      { shares: [0.5, 0.5], users: [2, 2] },
      { shares: [0.9, 0.1], users: [0, 1] },
    ],
    mixedUsers: 2,
    movedUsers: 1,
  });
});

test('a user is a person: exposures before the sign-in and what is done after it belong together', async () => {
  expect(await count({ key: 'signed' })).toEqual({
    metrics: [
      {
        metric: 'signup',
        variants: [
          { users: 1, sum: 1, sumSquares: 1 },
          { users: 2, sum: 2, sumSquares: 2 },
        ],
      },
      {
        metric: 'sales',
        variants: [
          { users: 1, sum: 7, sumSquares: 49 },
          { users: 2, sum: 0, sumSquares: 0 },
        ],
      },
    ],
    epochs: [
      { shares: [0.5, 0.5], users: [1, 2] },
      { shares: [0.9, 0.1], users: [0, 0] },
    ],
    mixedUsers: 1,
    movedUsers: 1,
  });
});

test('under thompson only users whose window is over count', async () => {
  const counts = await count({ allocation: 'thompson' });
  expect(counts.metrics[0]?.variants).toEqual([
    { users: 2, sum: 1, sumSquares: 1 },
    { users: 2, sum: 1, sumSquares: 1 },
  ]);
});

test('nobody yet', async () => {
  const counts = await count({ key: 'nothing' });
  expect(counts.metrics[1]?.variants).toEqual([
    { users: 0, sum: 0, sumSquares: 0 },
    { users: 0, sum: 0, sumSquares: 0 },
  ]);
});
