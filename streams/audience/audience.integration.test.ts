import { Type } from '@sinclair/typebox';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  AudienceAnswer,
  audienceSubject,
  audienceTopics,
  type AudienceBody,
  type AudienceQuestion,
} from '../../platform/contracts/audience.ts';
import { demographicGroups } from '../../platform/contracts/demographics.ts';
import type { CanonicalEvent } from '../../platform/contracts/event.ts';
import { PrivacyState, privacySubject } from '../../platform/contracts/privacy.ts';
import { createMetrics } from '../../platform/metrics/metrics.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import { peopleEvents } from '../../platform/persons/people-sql.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { insertEvents } from '../testing/stored-events.ts';
import { createRig, type Rig } from '../testing/rig.ts';
import { cellPlans, loyaltyClasses, predictors, watchBins } from './cells.ts';
import { startAudience } from './main.ts';
import { cellsSql } from './sql.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const zone = 'Europe/Berlin';
const windows = createWindowClock(zone);
/** 28 days of Berlin over the change of the clocks on 2026-03-29. */
const fromMs = windows.start('1d', Date.UTC(2026, 2, 10, 12));
const toMs = windows.start('1d', Date.UTC(2026, 3, 7, 12));

interface View {
  readonly user: string;
  readonly atMs: number;
  readonly channel: string;
  readonly country: string;
  readonly watchMs: number;
}

function makeViews(): View[] {
  const random = createRandom('audience');
  const views: View[] = [];
  for (let person = 0; person < 400; person += 1) {
    const country = person % 4 === 0 ? 'DE' : 'US';
    const from = random.int(28);
    const span = 1 + random.int(28 - from);
    const count = random.poisson(1 + 30 * random.next() ** 4);
    for (let i = 0; i <= count; i += 1)
      views.push({
        user: `u${person}`,
        atMs: Math.min(toMs - 1, fromMs + (from + random.next() * span) * DAY),
        channel: `c${Math.floor(5 * random.next() ** 2)}`,
        country,
        watchMs: Math.round(random.exponential(1 / 400_000)),
      });
  }
  // Nobody's views: they count in views, never among people.
  for (let i = 0; i < 50; i += 1)
    views.push({
      user: '',
      atMs: fromMs + random.int(27) * DAY,
      channel: 'c0',
      country: 'US',
      watchMs: 1_000,
    });
  return views;
}

const views = makeViews();

/** What events say of a person: three of four an age, in two ways of writing it; three people are in a group of their own. */
function whoIs(user: string): { readonly age_band?: string } {
  const person = Number(user.slice(1));
  if (user === '') return { age_band: '18-24' };
  if (person % 4 === 3) return {};
  if (person < 4) return { age_band: '65+' };
  return { age_band: person % 4 === 0 ? ' 18-24 ' : person % 8 === 1 ? '25-34' : 'centenarian' };
}

/** The identity an event names: every third person also watches signed out, every seventh had another name before. */
function identityOf(user: string, i: number): string {
  const person = Number(user.slice(1));
  if (user === '') return '';
  if (person % 3 === 0 && i % 2 === 1) return `device-${person}`;
  return person % 7 === 0 && i % 3 === 1 ? `was-${person}` : user;
}
const links = Array.from({ length: 420 }, (_, person) => [
  ...(person % 3 === 0 ? [`main\towner\tdevice-${person}\tu${person}\t${fromMs}\t1\n`] : []),
  // A device is whose it was first.
  ...(person % 9 === 0 ? [`main\towner\tdevice-${person}\tu${person + 1}\t${fromMs + 1}\t1\n`] : []),
  ...(person % 7 === 0 ? [`main\talias\twas-${person}\tu${person}\t${fromMs}\t1\n`] : []),
]).flat();

const sales = Array.from({ length: 90 }, (_, i) => ({
  user: `u${i * 3}`,
  minor: i % 10 === 0 ? -50 : 100 * i,
}));

/** Likes, shares and clicks; some of people who never watched. */
const acts = Array.from({ length: 120 }, (_, i) => ({
  user: `u${(i * i) % 410}`,
  type: ['engagement', 'share', 'click', 'subscription'][i % 4] ?? '',
}));

function toSale({ minor, user }: (typeof sales)[number], i: number): CanonicalEvent {
  return {
    ...toEvent({ user, atMs: fromMs + i * HOUR, channel: 'c0', country: 'DE', watchMs: 0 }, i),
    id: `s${i}`,
    type: 'product_sale',
    amountMinor: minor,
    amountBaseMinor: minor,
    currency: 'USD',
    // What is bought says nothing of the buyer: other events do.
    dataJson: '{}',
  };
}

function toEvent(view: View, i: number): CanonicalEvent {
  return {
    tenant: 'main',
    source: 'test',
    id: `v${i}`,
    type: 'video_view',
    eventTimeMs: Math.floor(view.atMs),
    receivedAtMs: toMs,
    channel: view.channel,
    content: '',
    country: view.country,
    stream: '',
    user: identityOf(view.user, i),
    amountMinor: 0,
    currency: '',
    amountBaseMinor: 0,
    metrics: [],
    flags: 0,
    dataJson: JSON.stringify({ watch_time_ms: view.watchMs, ...whoIs(view.user) }),
  };
}

/** Counters of a platform, some corrected downwards; the first lies before the first view. */
const reports = Array.from({ length: 40 }, (_, i) => ({
  atMs: fromMs + HOUR / 2 + i * 13 * HOUR,
  views: i % 9 === 8 ? -3 : 10 + i,
}));

function toReport({ atMs, views: reported }: (typeof reports)[number], i: number): CanonicalEvent {
  return {
    ...toEvent({ user: '', atMs, channel: 'c0', country: 'US', watchMs: 0 }, i),
    id: `m${i}`,
    type: 'post_metrics',
    dataJson: JSON.stringify({ views: reported, likes: 2 }),
  };
}

const people = (chosen: readonly View[]): Map<string, View[]> => {
  const byUser = new Map<string, View[]>();
  for (const view of chosen)
    if (view.user !== '') byUser.set(view.user, [...(byUser.get(view.user) ?? []), view]);
  return byUser;
};
const localDay = (atMs: number): number => Math.round((windows.start('1d', atMs) - fromMs) / DAY);

let rig: Rig;
let stop: () => void;
let watermarkMs = toMs + HOUR;

async function ask(
  question: Partial<AudienceQuestion> & Pick<AudienceQuestion, 'what'>,
): Promise<AudienceAnswer> {
  return await rig.bus.request(
    audienceSubject,
    { tenant: 'main', asker: 'u1', release: 'tenant', fromMs, toMs, ...question },
    createJsonCodec(AudienceAnswer),
    20_000,
  );
}

async function bodyOf<K extends AudienceBody['kind']>(what: K): Promise<Extract<AudienceBody, { kind: K }>> {
  const { body, privacy } = await ask({ what });
  expect(privacy).toEqual({ kind: 'exact' });
  if (body.kind !== what) throw new Error(body.kind);
  return body as Extract<AudienceBody, { kind: K }>;
}

const state = async (tenant = 'main') =>
  await rig.bus.request(privacySubject, { tenant }, createJsonCodec(PrivacyState));

beforeAll(async () => {
  rig = await createRig();
  await insertEvents(rig.store, views.map(toEvent));
  const published = ['c0', 'c1', 'c2', 'c3', 'c4', 'c-unwatched'].map((channel, i) => ({
    ...toEvent({ user: '', atMs: fromMs, channel, country: '', watchMs: 0 }, i),
    id: `p${i}`,
    type: 'post_published',
    content: `content-${channel}`,
  }));
  await insertEvents(rig.store, published, 1);
  await insertEvents(rig.store, reports.map(toReport), 2);
  await insertEvents(rig.store, sales.map(toSale), 3);
  const done = acts.map(({ type, user }, i) => ({
    ...toEvent({ user, atMs: fromMs + i * HOUR, channel: 'c0', country: 'DE', watchMs: 0 }, i),
    id: `a${i}`,
    type,
    dataJson: '{}',
  }));
  await insertEvents(rig.store, done, 4);
  await rig.store.insertRows('identities', ['tenant', 'kind', 'a', 'b', 'at', 'version'], links.join(''));
  const started = await startAudience(
    {
      bus: rig.bus,
      store: rig.store,
      clock: systemClock,
      metrics: createMetrics({ processMetrics: false }),
      clockOf: () => windows,
      watermarkOf: () => watermarkMs,
    },
    { privacyEpsilon: 0.1, privacyDelta: 1e-6, privacyPeriodEpsilon: 1, privacyPeriod: 'month' },
  );
  stop = () => started.stop();
});
afterAll(async () => {
  stop();
  await rig.close();
});

describe('exact answers equal a count in plain code', () => {
  test('activity: views, viewers and minutes of each hour of the week, in the zone', async () => {
    const body = await bodyOf('activity');
    expect(body.cells).toHaveLength(168);
    const format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'long', hour: '2-digit' });
    const names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
    for (const cell of body.cells) {
      const isIn = ({ atMs }: { readonly atMs: number }): boolean => {
        const text = format.format(atMs);
        return text.startsWith(names[cell.weekday - 1] ?? '') && Number(text.slice(-2)) === cell.hour;
      };
      const mine = views.filter(isIn);
      const reported = reports.filter(isIn).reduce((sum, report) => sum + report.views, 0);
      expect(cell.views).toBe(Math.max(0, mine.length + reported));
      expect(cell.viewers).toBe(people(mine).size);
      expect(cell.watchMinutes).toBeCloseTo(mine.reduce((sum, view) => sum + view.watchMs, 0) / 60_000, 6);
    }
    // 28 days from the hour of the first view on, with an hour missing on Sunday, 29 March at 2 o'clock.
    const before = Math.floor((Math.min(...[...views, ...reports].map(({ atMs }) => atMs)) - fromMs) / HOUR);
    expect(body.cells.reduce((sum, cell) => sum + cell.occurrences, 0)).toBe(28 * 24 - 1 - before);
    expect(body.cells.find((cell) => cell.weekday === 7 && cell.hour === 2)?.occurrences).toBe(3);
  });

  test('returning: who was seen on another day within 1, 7 and 30 days of the first', async () => {
    const body = await bodyOf('returning');
    for (const { days, rate, returned, viewers } of body.horizons) {
      let base = 0;
      let back = 0;
      for (const mine of people(views).values()) {
        const seen = [...new Set(mine.map((view) => localDay(view.atMs)))].toSorted((a, b) => a - b);
        const [first = 0, next] = seen;
        if (27 - first < days) continue;
        base += 1;
        if (next !== undefined && next - first <= days) back += 1;
      }
      expect([viewers, returned]).toEqual([base, back]);
      expect(rate).toBe(base === 0 ? null : back / base);
    }
    expect(body.horizons.map(({ days }) => days)).toEqual([1, 7, 30]);
    expect(body.horizons[2]?.viewers).toBe(0);
  });

  test('watch time: minutes of each viewer in bins', async () => {
    const body = await bodyOf('watch_time');
    const minutes = [...people(views).values()].map(
      (mine) => mine.reduce((sum, view) => sum + view.watchMs, 0) / 60_000,
    );
    expect(body.viewers).toBe(minutes.length);
    expect(body.totalMinutes).toBeCloseTo(
      minutes.reduce((sum, each) => sum + each, 0),
      3,
    );
    for (const [i, bin] of body.bins.entries()) {
      const to = watchBins[i + 1] ?? Number.POSITIVE_INFINITY;
      expect(bin.viewers).toBe(minutes.filter((each) => each >= bin.fromMinutes && each < to).length);
    }
  });

  test('interaction: people by what they do beside watching', async () => {
    const body = await bodyOf('interaction');
    const done = new Map([...people(views).keys()].map((user) => [user, 0]));
    for (const { user } of acts) done.set(user, (done.get(user) ?? 0) + 1);
    const sizes = [...done.values()];
    expect(body.interactions).toBe(acts.length);
    for (const { from, to, viewers } of body.bins)
      expect([from, viewers]).toEqual([
        from,
        sizes.filter((n) => n >= from && n <= (to ?? Number.POSITIVE_INFINITY)).length,
      ]);
    expect(body.viewers).toBe(done.size);
  });

  test('loyalty: everybody is in one class, by its rule', async () => {
    const body = await bodyOf('loyalty');
    const split = (fromMs + toMs) / 2;
    const late = (split + toMs) / 2;
    const counted = new Map<string, number>();
    for (const mine of people(views).values()) {
      const days = new Set(mine.map((view) => localDay(view.atMs))).size;
      const times = mine.map((view) => Math.floor(view.atMs));
      const key =
        Math.max(...times) < split
          ? 'lapsed'
          : Math.min(...times) >= late
            ? 'new'
            : days === 1
              ? 'once'
              : days >= 12
                ? 'devoted'
                : days >= 4
                  ? 'regular'
                  : 'occasional';
      counted.set(key, (counted.get(key) ?? 0) + 1);
    }
    for (const { key, viewers } of body.classes) expect([key, viewers]).toEqual([key, counted.get(key) ?? 0]);
    expect(body.classes.map(({ key }) => key)).toEqual(loyaltyClasses.map(({ key }) => key));
    expect(body.viewers).toBe(people(views).size);
  });

  test('churn: share of those of the first half that the second half does not see', async () => {
    const body = await bodyOf('churn');
    const split = Math.round((fromMs + toMs) / 2);
    const before = [...people(views).values()].filter((mine) => mine.some((view) => view.atMs < split));
    const lapsed = before.filter((mine) => mine.every((view) => view.atMs < split));
    expect([body.splitMs, body.viewers, body.lapsed]).toEqual([split, before.length, lapsed.length]);
    for (const predictor of body.predictors)
      expect(predictor.bands.reduce((sum, band) => sum + band.viewers, 0)).toBe(before.length);
    const channels = (mine: readonly View[]): number =>
      new Set(mine.filter((view) => view.atMs < split).map((view) => view.channel)).size;
    const narrow = before.filter((mine) => channels(mine) <= 1);
    expect(body.predictors.find(({ key }) => key === 'breadth')?.bands[0]).toMatchObject({
      viewers: narrow.length,
      lapsed: narrow.filter((mine) => lapsed.includes(mine)).length,
    });
    expect(body.predictors.map(({ key }) => key)).toEqual(predictors.map(({ key }) => key));
  });

  test('preferences: viewers of each channel, and how much more often two share viewers than by chance', async () => {
    const body = await bodyOf('preferences');
    const all = people(views);
    const of = (channel: string): Set<string> =>
      new Set(views.filter((view) => view.channel === channel && view.user !== '').map((view) => view.user));
    expect(body.viewers).toBe(all.size);
    for (const item of body.items) expect([item.id, item.viewers]).toEqual([item.id, of(item.id).size]);
    expect(body.items.map(({ id }) => id).toSorted()).toEqual(['c0', 'c1', 'c2', 'c3', 'c4']);
    for (const pair of body.pairs) {
      const both = [...of(pair.a)].filter((user) => of(pair.b).has(user)).length;
      expect(pair.viewers).toBe(both);
      expect(pair.lift).toBeCloseTo((both * all.size) / (of(pair.a).size * of(pair.b).size), 9);
    }
    expect(body.pairs).toHaveLength(10);
  });
});

test('demographics: people, views, minutes and revenue by what the newest event says of them', async () => {
  const body = await bodyOf('demographics');
  const ageOf = (user: string): string => (whoIs(user).age_band ?? 'unknown').trim();
  const users = new Set([...people(views).keys(), ...sales.map(({ user }) => user)]);
  // The three of 65 and more are told of nowhere alone; with whom they are told is the smallest other group.
  const sizes = new Map<string, number>();
  for (const user of users) sizes.set(ageOf(user), (sizes.get(ageOf(user)) ?? 0) + 1);
  const smallest = [...sizes].filter(([age]) => age !== '65+').toSorted((a, b) => a[1] - b[1])[0]?.[0];
  const groupOf = (user: string): string => {
    const age = ageOf(user);
    return age === '65+' || age === smallest ? '' : age;
  };
  expect(body.groups.map(({ value }) => value).toSorted()).toEqual(
    [...new Set([...users].map(groupOf))].toSorted(),
  );
  for (const group of body.groups) {
    const seen = views.filter((view) => groupOf(view.user) === group.value);
    const sold = sales.filter((sale) => groupOf(sale.user) === group.value);
    expect(group).toMatchObject({
      viewers: [...users].filter((user) => groupOf(user) === group.value).length,
      views: seen.length,
      revenueMinor: sold.reduce((sum, { minor }) => sum + minor, 0),
      least: null,
    });
    expect(group.watchMinutes).toBeCloseTo(seen.reduce((sum, { watchMs }) => sum + watchMs, 0) / 60_000, 4);
  }
  expect(body.viewers).toBe(users.size);
});

describe('answers about a segment', () => {
  test('demographics: only groups that are the same for every tenant, and least amounts', async () => {
    const question = { what: 'demographics', segment: { channel: 'c0' } } as const;
    await expect(ask({ ...question, field: 'region' })).rejects.toMatchObject({
      details: { remoteCode: 'AUDIENCE_QUESTION_INVALID' },
    });
    const { body } = await ask(question);
    if (body.kind !== 'demographics') throw new Error(body.kind);
    expect(body.groups.map(({ value }) => value)).toEqual(demographicGroups.age_band);
    for (const group of body.groups)
      expect(group).toMatchObject({ views: null, watchMinutes: null, revenueMinor: null });
  });

  test('a segment may be people of a group', async () => {
    const { sql, params } = cellsSql('watch_time', {
      tenant: 'main',
      timeZone: zone,
      range: { fromMs, toMs, days: 28 },
      segment: { age_band: '25-34' },
      by: 'channel',
      field: 'age_band',
      isBounded: true,
      people: await peopleEvents(rig.store, 'main'),
      items: [],
    });
    const rows = await rig.store.query(sql, params, Type.Object({ viewers: Type.Number() }));
    expect(rows.reduce((sum, row) => sum + row.viewers, 0)).toBe(
      [...people(views).keys()].filter((user) => whoIs(user).age_band === '25-34').length,
    );
  });

  test.each(audienceTopics)(
    '%s: whole counts within the noise said, charged once, repeated for nothing',
    async (what) => {
      const before = await state();
      const first = await ask({ what, segment: { country: 'DE' } });
      const again = await ask({ what, segment: { country: 'DE' } });
      const after = await state();
      expect(first.privacy).toMatchObject({
        kind: 'private',
        epsilon: 0.1,
        mechanism: 'gaussian',
        isRepeated: false,
      });
      expect(again.privacy).toMatchObject({ kind: 'private', isRepeated: true });
      expect(again.body).toEqual(first.body);
      expect(after.charges.length - before.charges.length).toBe(1);
      expect(after.charges.at(-1)).toMatchObject({ what, by: 'u1', isAnswered: true });
      expect(after.charges.at(-1)?.about).toContain('country DE');
      if (first.privacy.kind !== 'private') return;
      expect(first.privacy.cellsPerPerson).toBe(cellPlans[what].cellsPerPerson);
      expect(JSON.stringify(first.body)).not.toMatch(/:-\d/);
    },
  );

  test('nobody moves more cells than the plan says', async () => {
    // The same statement that feeds the noise, without the noise: the sum over cells is at most people × cells.
    const germans = new Set([
      ...people(views.filter((view) => view.country === 'DE')).keys(),
      ...[...sales, ...acts].map(({ user }) => user),
    ]).size;
    for (const what of audienceTopics) {
      const { sql, params } = cellsSql(what, {
        tenant: 'main',
        timeZone: zone,
        range: { fromMs, toMs, days: 28 },
        segment: { country: 'DE' },
        by: 'channel',
        field: 'age_band',
        isBounded: true,
        people: await peopleEvents(rig.store, 'main'),
        items: ['c0', 'c1', 'c2', 'c3', 'c4'],
      });
      const rows = await rig.store.query(sql, params, Type.Object({ viewers: Type.Number() }));
      const total = rows.reduce((sum, row) => sum + row.viewers, 0);
      expect(total).toBeGreaterThan(0);
      expect(total).toBeLessThanOrEqual(germans * cellPlans[what].cellsPerPerson);
    }
  });

  test('the range is cut to days that are complete', async () => {
    watermarkMs = toMs - 3 * HOUR;
    try {
      const answer = await ask({ what: 'loyalty', segment: { country: 'US' }, toMs: toMs + 30 * DAY });
      expect(answer.toMs).toBe(windows.start('1d', toMs - 3 * HOUR));
      const exact = await ask({ what: 'loyalty' });
      expect(exact.toMs).toBe(toMs - 3 * HOUR + 1);
    } finally {
      watermarkMs = toMs + HOUR;
    }
  });

  test('preferences list what the tenant published, watched or not', async () => {
    const { body } = await ask({ what: 'preferences', segment: { country: 'DE' } });
    if (body.kind !== 'preferences') throw new Error(body.kind);
    expect(body.items.map(({ id }) => id)).toContain('c-unwatched');
    expect(body.pairs).toEqual([]);
  });

  test('what leaves the tenant is private without a segment, too', async () => {
    const { privacy } = await ask({ what: 'watch_time', release: 'public', mechanism: 'laplace' });
    expect(privacy).toMatchObject({ kind: 'private', mechanism: 'laplace', delta: 0 });
  });

  test('is refused with a code once the budget is spent', async () => {
    const outcomes: unknown[] = [];
    for (let i = 0; i < 60 && outcomes.length === 0; i += 1)
      await ask({ what: 'loyalty', tenant: 'main', segment: { channel: `c${i}` }, epsilon: 0.5 }).catch(
        (error: unknown) => outcomes.push(error),
      );
    expect(outcomes).toMatchObject([
      { code: 'BUS_REQUEST_FAILED', details: { remoteCode: 'PRIVACY_BUDGET_SPENT' } },
    ]);
    const { spentEpsilon, spentShare } = await state();
    expect(spentEpsilon).toBeLessThanOrEqual(1);
    expect(spentShare).toBeGreaterThan(0.9);
    expect((await state('other')).charges).toEqual([]);
  });
});

test.each([
  [{ fromMs: toMs, toMs: fromMs }, 'before'],
  [{ fromMs: fromMs - 200 * DAY }, 'at most 92'],
])('a range that makes no sense is refused: %o', async (range, words) => {
  await expect(ask({ what: 'activity', ...range })).rejects.toThrow(words);
});
