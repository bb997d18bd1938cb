import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import type { Store } from '../../platform/store/store.ts';
import { personsFrom } from '../../platform/persons/people.ts';
import { byPerson, type UserEvents } from '../analytics/people.ts';
import type { StageEvent } from '../stage/stage.ts';
import { createLinks, linksOf, stepLink, type Link } from './links.ts';
import { createIdentitiesStage } from './stage.ts';

const event = (type: string, user: string, data: object, eventTimeMs = 1, tenant = 'main'): StageEvent => ({
  tenant,
  source: 's',
  id: `${type}${user}${eventTimeMs}`,
  type,
  eventTimeMs,
  receivedAtMs: 0,
  channel: '',
  content: '',
  country: '',
  stream: '',
  user,
  amountMinor: 0,
  currency: '',
  amountBaseMinor: Number.NaN,
  flags: 0,
  data,
  partition: 0,
  seq: 1,
  idx: 0,
});

describe('what an event says', () => {
  test.each([
    ['identify of Segment', event('identify', 'u1', { user_id: 'u1', anonymous_id: 'dev' }), [['dev', 'u1']]],
    [
      'a sign-up with anonymousId',
      event('signup', 'u1', { user_id: 'u1', anonymousId: 'dev' }),
      [['dev', 'u1']],
    ],
    [
      'a session of a viewer who is signed in',
      event('session', 'dev', { user_id: 'u1', viewer_id: 'dev' }),
      [['dev', 'u1']],
    ],
    ['a session of nobody', event('session', 'dev', { viewer_id: 'dev', anonymous_id: 'dev' }), []],
    ['an id of another kind', event('session', 'u1', { user_id: 'u1', anonymous_id: 7 }), []],
    ['alias', event('alias', 'new', { previous_id: 'old', user_id: 'new' }), [['old', 'new']]],
    ['alias of itself', event('alias', 'new', { previous_id: 'new' }), []],
  ])('%s', (_what, told, pairs) => {
    const links = createLinks();
    for (const link of linksOf(told)) stepLink(links, link);
    expect(links.pending.map(({ a, b }) => [a, b])).toEqual(pairs);
  });
});

const person = (links: readonly Link[]) => {
  const held = createLinks();
  for (const link of links) stepLink(held, link);
  return personsFrom([
    ...[...held.owners].map(([a, { user }]) => ({ kind: 'owner', a, b: user })),
    ...[...held.aliases.keys()].map((key) => {
      const [a = '', b = ''] = key.split('\u0000');
      return { kind: 'alias', a, b };
    }),
  ]);
};
const owner = (a: string, b: string, atMs: number): Link => ({ kind: 'owner', a, b, atMs });
const alias = (a: string, b: string): Link => ({ kind: 'alias', a, b, atMs: 1 });

describe('persons', () => {
  test('a device is whose it was first; two users of it stay two', () => {
    const of = person([owner('dev', 'bo', 20), owner('dev', 'ada', 10), owner('phone', 'ada', 30)]);
    expect(['dev', 'phone', 'ada', 'bo', 'who'].map(of)).toEqual(['ada', 'ada', 'ada', 'bo', 'who']);
  });

  test('users that are said to be one are, over any number of steps; an alias of another’s device joins nobody', () => {
    const of = person([
      alias('c', 'b'),
      alias('b', 'a'),
      owner('dev', 'c', 5),
      owner('tv', 'x', 5),
      alias('tv', 'y'),
    ]);
    expect(['a', 'b', 'c', 'dev', 'tv', 'x', 'y'].map(of)).toEqual(['a', 'a', 'a', 'a', 'x', 'x', 'y']);
  });

  test('depend on the set of links, not on their order', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
    const link: fc.Arbitrary<Link> = fc.record({
      kind: fc.constantFrom('owner', 'alias'),
      a: name,
      b: name,
      atMs: fc.nat(3),
    });
    fc.assert(
      fc.property(
        fc
          .array(link, { maxLength: 12 })
          .chain((links) =>
            fc.tuple(fc.constant(links), fc.shuffledSubarray(links, { minLength: links.length })),
          ),
        ([links, shuffled]) => {
          const [one, other] = [person(links), person(shuffled)];
          for (const each of ['a', 'b', 'c', 'd', 'e', 'f']) {
            expect(one(each)).toBe(other(each));
            // Whoever somebody is, is that person.
            if (!links.some(({ a, kind }) => kind === 'owner' && a === one(each)))
              expect(one(one(each))).toBe(one(each));
          }
        },
      ),
    );
  });

  test('their events are in one order, with what belongs to each', () => {
    const row = (u: string, t: number[]): UserEvents => ({
      u,
      t,
      m: t.map(() => 1),
      x: t.map((at) => `${u}${at}`),
      v: t.map((at) => at * 10),
    });
    const rows = [row('dev', [1, 5]), row('other', [2]), row('ada', [3, 5])];
    expect(byPerson(rows, person([owner('dev', 'ada', 4)]))).toEqual([
      {
        u: 'ada',
        t: [1, 3, 5, 5],
        m: [1, 1, 1, 1],
        x: ['dev1', 'ada3', 'ada5', 'dev5'],
        v: [10, 30, 50, 50],
      },
      row('other', [2]),
    ]);
  });
});

describe('the stage', () => {
  test('writes each link once over a restart, again what could not be written, and of its tenant alone', async () => {
    let lines: string[] = [];
    let isDown = true;
    const store: Store = {
      insertRows: (_table, _columns, tsv) => {
        if (isDown) return Promise.reject(new Error('down'));
        lines.push(
          ...String(tsv)
            .split('\n')
            .filter((line) => line !== ''),
        );
        return Promise.resolve();
      },
      command: () => Promise.resolve(),
      query: () => Promise.resolve([]),
      ping: () => Promise.resolve(true),
    };
    const stage = createIdentitiesStage({ store, metrics: createMetrics({ processMetrics: false }) });
    const context = { watermarkMs: () => 0 };
    let state = stage.create();
    const signIn = event('identify', 'u1', { user_id: 'u1', anonymous_id: 'de\tv' }, 7);
    stage.apply(
      state,
      [signIn, event('identify', 'u1', { user_id: 'u1', anonymous_id: 'dev' }, 7, 'beta')],
      context,
    );
    await expect(stage.flush(state, 1)).rejects.toThrow('down');
    isDown = false;
    await stage.flush(state, 2);
    expect(lines).toEqual(['main\towner\tde\\tv\tu1\t7\t1', 'beta\towner\tdev\tu1\t7\t1']);
    state = stage.decode(stage.encode(state)) ?? expect.fail('the snapshot is not read');
    lines = [];
    stage.apply(state, [signIn, { ...signIn, eventTimeMs: 9 }], context);
    await stage.flush(state, 3);
    expect(lines).toEqual([]);
    stage.forget(state, 'main');
    stage.apply(state, [signIn], context);
    await stage.flush(state, 4);
    expect(lines).toHaveLength(1);
  });
});
