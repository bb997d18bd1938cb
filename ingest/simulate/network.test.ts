import { describe, expect, test } from 'vitest';
import { createAudiences } from './audience.ts';
import { createCatalogue, lifeCurve, pull, viralFactor, VIDEO_LIFE_MS } from './catalogue.ts';
import { drawPrice, eventsPerView, habits, meanPrice } from './economy.ts';
import { audienceMix, channels, countries } from './network.ts';
import { components, outagesBetween, upMs, viewsThrough } from './outages.ts';
import { adRpm, viewSeason } from './seasons.ts';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const monday = Date.UTC(2025, 5, 2);
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);

describe('seasons', () => {
  test.each(countries.map((country) => [country.code, country] as const))(
    'of %s average to 1 over a week',
    (_code, country) => {
      const samples = Array.from({ length: 7 * 24 * 4 }, (_each, i) =>
        viewSeason(monday + (i * HOUR_MS) / 4, country),
      );
      expect(sum(samples) / samples.length).toBeCloseTo(1, 2);
      expect(Math.min(...samples)).toBeGreaterThan(0.1);
    },
  );

  test('peak in the evening of each country and rise at weekends', () => {
    const busiest = (utcOffsetHours: number): number =>
      Array.from({ length: 24 }, (_each, hour) => hour).toSorted(
        (a, b) =>
          viewSeason(monday + b * HOUR_MS, { utcOffsetHours }) -
          viewSeason(monday + a * HOUR_MS, { utcOffsetHours }),
      )[0] ?? 0;
    expect([19, 20, 21]).toContain(busiest(0));
    expect((busiest(0) - busiest(5) + 24) % 24).toBe(5);
    const saturday = monday + 5 * DAY_MS;
    const uk = { utcOffsetHours: 0 };
    expect(viewSeason(saturday, uk)).toBeGreaterThan(viewSeason(monday, uk));
  });

  test('ads pay what SYSTEMS row A8 says, by category, tier and quarter', () => {
    const wednesdays = [
      Date.UTC(2025, 0, 8),
      Date.UTC(2025, 3, 9),
      Date.UTC(2025, 6, 9),
      Date.UTC(2025, 9, 8),
    ];
    const [q1 = 0, q2 = 0, q3 = 0, q4 = 0] = wednesdays;
    const base = adRpm(q2, 'finance', 1);
    expect(adRpm(q1, 'finance', 1) / base).toBeCloseTo(0.8);
    expect(adRpm(q3, 'finance', 1) / base).toBeCloseTo(0.9);
    expect(adRpm(q4, 'finance', 1) / base).toBeCloseTo(1.4);
    expect(adRpm(q2, 'finance', 2) / base).toBeCloseTo(0.6);
    expect(adRpm(q2, 'finance', 3) / base).toBeCloseTo(0.3);
    const week = Array.from({ length: 7 }, (_each, day) => q2 + day * DAY_MS);
    const mean = (category: Parameters<typeof adRpm>[1]): number =>
      sum(week.map((at) => adRpm(at, category, 1))) / week.length;
    expect(mean('finance')).toBeCloseTo(12.5, 1);
    expect(mean('technology')).toBeCloseTo(8.75, 1);
    expect(mean('education')).toBeCloseTo(6.25, 1);
    expect(mean('entertainment')).toBeCloseTo(4.5, 1);
    expect(mean('gaming')).toBeCloseTo(3.75, 1);
  });
});

describe('the network', () => {
  test('has 12 channels in five categories and 15 countries whose shares are whole', () => {
    expect(new Set(channels.map((each) => each.id)).size).toBe(12);
    expect(new Set(channels.map((each) => each.category)).size).toBe(5);
    expect(new Set(countries.map((each) => each.code)).size).toBe(15);
    expect(sum(countries.map((each) => each.share))).toBeCloseTo(1, 10);
    for (const channel of channels) {
      expect(sum(audienceMix(channel))).toBeCloseTo(1, 10);
      expect(countries.some((country) => country.code === channel.home)).toBe(true);
    }
  });

  test('has about 300 videos out at a time, produced for 3 dollars at most and before their launch', () => {
    const catalogue = createCatalogue('test');
    for (let week = 0; week < 8; week += 1) {
      const live = catalogue.live(monday + week * 7 * DAY_MS);
      expect(live.length).toBeGreaterThan(250);
      expect(live.length).toBeLessThan(350);
      expect(new Set(live.map((video) => video.id)).size).toBe(live.length);
      for (const video of live) {
        expect(video.costMinor).toBeGreaterThanOrEqual(120);
        expect(video.costMinor).toBeLessThanOrEqual(300);
        expect(video.producedMs).toBeLessThan(video.launchMs);
        expect(video.ctr >= 0.05 && video.ctr <= 0.08).toBe(true);
      }
    }
  });

  test('its catalogue is the same however it is asked', () => {
    const [from, to] = [monday, monday + 3 * DAY_MS];
    const whole = createCatalogue('test').launches(from, to);
    const asked = createCatalogue('test');
    const parts = [0, 1, 2].flatMap((day) => asked.launches(from + day * DAY_MS, from + (day + 1) * DAY_MS));
    expect(parts).toEqual(whole);
    expect(createCatalogue('another').launches(from, to)).not.toEqual(whole);
  });

  test('the audience averages to what the rate is set by', () => {
    const audience = createAudiences(createCatalogue('test'));
    const totals = Array.from({ length: 8 * 7 * 12 }, (_each, i) => audience(monday + i * 2 * HOUR_MS).total);
    expect(sum(totals) / totals.length).toBeGreaterThan(0.93);
    expect(sum(totals) / totals.length).toBeLessThan(1.12);
  });

  test('draws videos and countries in proportion to who watches', () => {
    const audience = createAudiences(createCatalogue('test'))(monday + 12 * HOUR_MS);
    const n = 20_000;
    const drawn = new Map<string, number>();
    for (let i = 0; i < n; i += 1) {
      const id = audience.pickVideo((i + 0.5) / n)?.id ?? '';
      drawn.set(id, (drawn.get(id) ?? 0) + 1);
    }
    for (const [index, video] of audience.videos.entries()) {
      const share = (audience.weights[index] ?? 0) / audience.total;
      expect(Math.abs((drawn.get(video.id) ?? 0) / n - share)).toBeLessThan(2 / n);
    }
    const [channel] = channels;
    if (channel === undefined) throw new Error('there is a channel');
    const shares = audience.countryShares(channel);
    expect(sum(shares)).toBeCloseTo(1, 10);
    const us = Array.from(
      { length: n },
      (_each, i) => audience.pickCountry(channel, (i + 0.5) / n).code,
    ).filter((code) => code === 'US').length;
    expect(Math.abs(us / n - (shares[0] ?? 0))).toBeLessThan(2 / n);
  });
});

describe('lives', () => {
  test('burst after the launch and decay', () => {
    expect(lifeCurve(0)).toBe(0);
    expect(lifeCurve(2)).toBeGreaterThan(lifeCurve(0.3));
    expect(lifeCurve(2)).toBeGreaterThan(2 * lifeCurve(24));
    expect(lifeCurve(VIDEO_LIFE_MS / HOUR_MS)).toBeLessThan(0.02);
  });

  test('a viral moment multiplies and passes', () => {
    const viral = { contentId: 'v', startMs: monday, peak: 10, decayMs: 4 * HOUR_MS };
    expect(viralFactor(viral, monday - 1)).toBe(1);
    expect(viralFactor(viral, monday + HOUR_MS)).toBeGreaterThan(6);
    expect(viralFactor(viral, monday + 2 * DAY_MS)).toBeLessThan(1.01);
    expect(viralFactor(undefined, monday)).toBe(1);
  });

  test('before its launch nobody watches a video', () => {
    const [video] = createCatalogue('test').launches(monday, monday + DAY_MS);
    if (video === undefined) throw new Error('there is a launch');
    expect(pull(video, video.launchMs - 1)).toBe(0);
  });
});

describe('outages', () => {
  const outages = outagesBetween('test', monday, monday + 200 * DAY_MS);

  test('come now and then, last minutes, and hit every component', () => {
    expect(outages.length).toBeGreaterThan(90);
    expect(outages.length).toBeLessThan(200);
    expect(new Set(outages.map((each) => each.component))).toEqual(new Set(components));
    for (const { startMs, endMs } of outages) {
      expect((endMs - startMs) % 60_000).toBe(0);
      expect(endMs - startMs).toBeGreaterThanOrEqual(120_000);
      expect(endMs - startMs).toBeLessThan(720_000);
    }
  });

  test('take up time and views off exactly where they lie', () => {
    const outage = { component: 'delivery' as const, startMs: 60_000, endMs: 180_000, viewsLost: 0.8 };
    expect(upMs([outage], 'delivery', 0, 240_000)).toBe(120_000);
    expect(upMs([outage], 'player', 0, 240_000)).toBe(240_000);
    expect(viewsThrough([outage], 60_000, 120_000)).toBeCloseTo(0.2);
    expect(viewsThrough([outage], 0, 240_000)).toBeCloseTo(0.6);
    expect(viewsThrough([outage], 180_000, 240_000)).toBe(1);
  });
});

describe('the economy', () => {
  test('prices are drawn with the mean they are counted with', () => {
    const n = 10_000;
    for (const { prices } of habits) {
      if (prices === undefined) continue;
      const drawn = Array.from({ length: n }, (_each, i) => drawPrice(prices, (i + 0.5) / n));
      expect(sum(drawn) / n).toBeCloseTo(meanPrice(prices), 0);
    }
  });

  test('most events are views', () => {
    expect(eventsPerView).toBeGreaterThan(1.1);
    expect(eventsPerView).toBeLessThan(1.4);
  });
});
