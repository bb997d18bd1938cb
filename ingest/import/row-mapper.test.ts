import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileMapping } from './compile-mapping.ts';
import { parseMapping, type Mapping } from './mapping.ts';
import { createRowStep, type RowResult } from './row-mapper.ts';
import type { ReadableRow } from './rows.ts';
import { createOrderCheck, sortBySeries } from './series-order.ts';

const sales: Mapping = {
  name: 'sales',
  version: 1,
  title: 'Sales',
  source: 'shop',
  skip: [
    { column: 'status', in: ['cancelled', 0] },
    { column: 'note', empty: false },
    { column: 'region', notIn: ['EU', 'US'] },
  ],
  event: {
    type: 'product_sale',
    id: 'sale:{order}',
    time: { column: 'day', format: 'DD.MM.YYYY', at: '09:00' },
    data: {
      order_id: { column: 'order', type: 'string', required: true },
      amount: { column: 'price', type: 'money', required: true },
      currency: { constant: 'EUR' },
      quantity: { column: 'units', type: 'integer', default: 1 },
      'buyer.age': { column: 'age', type: 'integer', invalid: 'omit' },
      'buyer.since': { time: { column: 'since', format: 'iso' } },
      kind: { column: 'kind', type: 'string', lookup: 'kinds' },
      gift: { column: 'gift', type: 'boolean', omit: [false] },
      label: { template: '{slug:name}-{order}' },
    },
  },
  extraEvents: [
    {
      oncePer: ['name'],
      type: 'signup',
      id: 'customer:{hash8:name}',
      time: { column: 'day', format: 'DD.MM.YYYY' },
      data: { user_id: { column: 'name', type: 'string' } },
    },
  ],
  lookups: { kinds: { B: 'book', '7': 'seven' } },
};

const row = (line: number, cells: Readonly<Record<string, unknown>>): ReadableRow => ({
  line,
  raw: JSON.stringify(cells),
  cells: { status: 'ok', region: 'EU', ...cells },
});
const good = { order: 'o1', day: '03.02.2024', price: '12.30', name: 'Ann B' };

describe('fields', () => {
  test('a row becomes its event and, once a key, its extra event', () => {
    const step = createRowStep(compileMapping(sales), 10);
    const first = step(
      row(2, { ...good, units: '3', age: '41', kind: 'B', gift: 'yes', since: '2020-01-01T00:00:00Z' }),
    );
    expect(first).toEqual({
      kind: 'events',
      isCorrection: false,
      events: [
        {
          id: 'sale:o1',
          source: 'shop',
          type: 'product_sale',
          time: '2024-02-03T09:00:00.000Z',
          data: {
            order_id: 'o1',
            amount: '12.30',
            currency: 'EUR',
            quantity: 3,
            buyer: { age: 41, since: '2020-01-01T00:00:00.000Z' },
            kind: 'book',
            gift: true,
            label: 'ann-b-o1',
          },
        },
        expect.objectContaining({
          type: 'signup',
          time: '2024-02-03T00:00:00.000Z',
          data: { user_id: 'Ann B' },
        }),
      ],
    });
    expect(step(row(3, { ...good, order: 'o2' }))).toMatchObject({
      events: [{ id: 'sale:o2', data: { quantity: 1 } }],
    });
  });

  test.each([
    [{ order: '' }, /column of sale:\{order\} is empty/],
    [{ price: 'free' }, /amount: "free" is not an amount/],
    [{ price: undefined }, /amount: column price is empty/],
    [{ units: '1.5' }, /quantity: "1.5" is not a whole number/],
    [{ day: '31.02.2024' }, /time: day "31.02.2024" is not a time of format DD.MM.YYYY/],
    [{ kind: 'Z' }, /kind: "Z" is not in kinds/],
    [{ since: 'long' }, /buyer.since: "long" is not a time/],
    [{ name: ' ' }, /name is empty/],
  ])('%o is refused with the reason', (change, reason) => {
    const step = createRowStep(compileMapping(sales), 10);
    expect(step(row(2, { ...good, ...change }))).toEqual({
      kind: 'refused',
      code: 'IMPORT_ROW_INVALID',
      message: expect.stringMatching(reason),
    });
  });

  test('what may be left out is left out', () => {
    const step = createRowStep(compileMapping(sales), 10);
    const result = step(row(2, { ...good, age: 'old', gift: 'false' }));
    expect(result).toMatchObject({ events: [{ data: { order_id: 'o1' } }, {}] });
    expect(JSON.stringify(result)).not.toMatch(/gift|age/);
  });

  test.each([
    { status: 'cancelled' },
    { status: '0' },
    { note: 'see below' },
    { region: 'ASIA' },
    { region: '' },
  ])('%o is left out by a rule', (change) => {
    const step = createRowStep(compileMapping(sales), 10);
    expect(step(row(2, { ...good, ...change }))).toEqual({ kind: 'skipped', reason: 'filter' });
  });

  test('a refused row leaves no trace: its extra event comes with the next good one', () => {
    const step = createRowStep(compileMapping(sales), 10);
    expect(step(row(2, { ...good, price: 'free' })).kind).toBe('refused');
    expect(step(row(3, good))).toMatchObject({ events: [{ type: 'product_sale' }, { type: 'signup' }] });
  });

  test('more keys than allowed end the import', () => {
    const step = createRowStep(compileMapping(sales), 1);
    step(row(2, good));
    expect(() => step(row(3, { ...good, name: 'Bob' }))).toThrow(/more than 1 different keys/);
  });
});

const counters: Mapping = {
  name: 'counters',
  version: 1,
  title: 'Counters',
  source: 'c',
  event: {
    type: 'post_metrics',
    id: '{hash:video,day}',
    time: { column: 'day', format: 'YYYY-MM-DD' },
    data: {
      content_id: { column: 'video', type: 'string' },
      views: { column: 'views', type: 'integer', required: true },
      'more.likes': { column: 'likes', type: 'integer' },
    },
  },
  difference: {
    key: ['video'],
    orderBy: { column: 'day', format: 'YYYY-MM-DD' },
    counters: ['views', 'more.likes'],
  },
};
const compiled = compileMapping(counters);
const series = compiled.series;

type Snapshot = { video: string; day: string; views: number; likes: number };
const snapshots = fc.uniqueArray(
  fc.record({
    video: fc.constantFrom('a', 'b', 'c'),
    day: fc.integer({ min: 1, max: 9 }).map((day) => `2024-01-0${day}`),
    views: fc.nat(1_000_000),
    likes: fc.nat(1000),
  }),
  { selector: ({ video, day }) => `${video}${day}`, minLength: 1, maxLength: 20 },
);
const toRow = (snapshot: Snapshot, index: number): ReadableRow => row(index + 2, { ...snapshot });

function importAll(rows: readonly ReadableRow[]): RowResult[] {
  const step = createRowStep(compileMapping(counters), 100);
  const sorted = series === undefined ? [] : sortBySeries(rows, series);
  return sorted.flatMap((each) => ('cells' in each ? [step(each)] : []));
}

const eventsOf = (results: readonly RowResult[]): Readonly<Record<string, unknown>>[] =>
  results.flatMap((result) => (result.kind === 'events' ? result.events : []));

describe('differences', () => {
  test('the order of the rows in the file does not matter: same ids, same changes', () => {
    fc.assert(
      fc.property(snapshots, fc.infiniteStream(fc.nat()), (given, chance) => {
        const shuffled = given
          .map((each) => ({ each, at: chance.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each);
        const byId = (events: readonly Readonly<Record<string, unknown>>[]): unknown[] =>
          events.toSorted((a, b) => String(a['id']).localeCompare(String(b['id'])));
        expect(byId(eventsOf(importAll(shuffled.map(toRow))))).toEqual(
          byId(eventsOf(importAll(given.map(toRow)))),
        );
      }),
    );
  });

  test('summed over all events a counter equals the last snapshots; each row has one event with an id of its own', () => {
    fc.assert(
      fc.property(snapshots, (given) => {
        const events = eventsOf(importAll(given.map(toRow)));
        expect(new Set(events.map((event) => event['id'])).size).toBe(given.length);
        const last = new Map(
          given.toSorted((a, b) => (a.day < b.day ? -1 : 1)).map((each) => [each.video, each]),
        );
        let [views, likes] = [0, 0];
        for (const { data } of events) {
          const change = data as { views: number; more: { likes: number }; correction?: boolean };
          views += change.views;
          likes += change.more.likes;
          expect(change.correction === true).toBe(change.views < 0 || change.more.likes < 0);
        }
        expect(views).toBe([...last.values()].reduce((sum, each) => sum + each.views, 0));
        expect(likes).toBe([...last.values()].reduce((sum, each) => sum + each.likes, 0));
      }),
    );
  });

  test('two different snapshots of one key and day are two events; the same once more is explained', () => {
    const step = createRowStep(compiled, 10);
    const at = { video: 'a', day: '2024-01-01' };
    const first = step(row(2, { ...at, views: 10, likes: 1 }));
    const second = step(row(3, { ...at, views: 12, likes: 1 }));
    expect(step(row(4, { ...at, views: 12, likes: 1 }))).toEqual({ kind: 'skipped', reason: 'repeat' });
    const [firstId] = eventsOf([first]).map((event) => String(event['id']));
    expect(second).toMatchObject({
      events: [{ id: `${firstId}~2`, data: { views: 2, more: { likes: 0 } } }],
    });
  });

  test('an older snapshot in a later file is refused as such', () => {
    const step = createRowStep(compileMapping(counters), 10);
    step(row(2, { video: 'a', day: '2024-01-02', views: 10, likes: 1 }));
    expect(step(row(2, { video: 'a', day: '2024-01-01', views: 5, likes: 1 }))).toMatchObject({
      kind: 'refused',
      code: 'IMPORT_ROW_OUT_OF_ORDER',
    });
  });

  test('whether a file is in order is known before anything is sent', () => {
    if (series === undefined) throw new Error('the mapping has a series');
    const isOrdered = (days: readonly number[]): boolean => {
      const check = createOrderCheck(series, 10);
      for (const day of days) check.add(row(1, { video: 'a', day: `2024-01-0${day}`, views: 1, likes: 1 }));
      return check.isOrdered();
    };
    expect([isOrdered([1, 1, 2]), isOrdered([2, 1]), isOrdered([])]).toEqual([true, false, true]);
    const check = createOrderCheck(series, 1);
    check.add(row(1, { video: 'a', day: '2024-01-01' }));
    expect(() => check.add(row(2, { video: 'b', day: '2024-01-01' }))).toThrow(/different keys/);
  });
});

describe('mappings that cannot work are refused when they are read', () => {
  const broken: [string, (mapping: Mapping) => unknown, RegExp][] = [
    ['an unknown key', (m) => ({ ...m, extra: 1 }), /Unexpected property|unexpected/i],
    ['no event', ({ event: _event, ...m }) => m, /event/],
    ['a bad type name', (m) => ({ ...m, event: { ...m.event, type: 'No Type' } }), /type/],
    ['a bad template', (m) => ({ ...m, event: { ...m.event, id: '{hash:}' } }), /template/],
    [
      'a bad time format',
      (m) => ({ ...m, event: { ...m.event, time: { column: 'd', format: 'YYYY' } } }),
      /needs one year/,
    ],
    [
      'a table that is not there',
      (m) => ({ ...m, event: { ...m.event, data: { a: { column: 'a', type: 'string', lookup: 'none' } } } }),
      /no table none/,
    ],
    [
      'a name that reaches into prototypes',
      (m) => ({ ...m, event: { ...m.event, data: { 'a.constructor': { constant: 1 } } } }),
      /not allowed/,
    ],
    [
      'a counter that is no whole number',
      (m) => ({
        ...m,
        difference: { key: ['a'], orderBy: { column: 'd', format: 'iso' }, counters: ['amount'] },
      }),
      /amount must be a field of event.data of type integer/,
    ],
  ];
  test.each(broken)('%s', (_name, change, reason) => {
    expect(() => compileMapping(parseMapping(JSON.stringify(change(sales)), 'test.json'))).toThrow(reason);
  });

  test('text that is not JSON', () => {
    expect(() => parseMapping('{', 'broken.json')).toThrow(/broken.json is not JSON/);
  });
});
