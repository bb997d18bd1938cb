import { expect, test } from 'vitest';
import { campaigns, createJourneys } from '../../ingest/simulate/journeys.ts';
import { createRandom } from '../../platform/time/random.ts';
import {
  endAttributionUser,
  finishAttribution,
  newAttribution,
  newAttributionUser,
  stepConversion,
  stepTouch,
  type AttributionUser,
} from './attribution.ts';

/** The demo feed knows which campaign leads to sign-ups; what attribution finds is held against it. No server is needed. */
const DAY_MS = 86_400_000;
const fromMs = Date.UTC(2025, 10, 1);
const toMs = fromMs + 14 * DAY_MS;
const events = createJourneys({ seed: 'truth', ratePerSecond: 1_000 }).events(fromMs, toMs);

test('credit for each touch of a campaign goes with its true effect, by every model that looks at the chain', () => {
  const plan = { fromMs, toMs, lookbackMs: 30 * DAY_MS, halfLifeMs: 7 * DAY_MS };
  const state = newAttribution();
  const users = new Map<string, AttributionUser>();
  for (const { atMs, data, type } of events) {
    const user = users.get(String(data['user_id'])) ?? newAttributionUser();
    users.set(String(data['user_id']), user);
    if (type === 'page_view') stepTouch(state, user, atMs, String(data['campaign']));
    if (type === 'signup') stepConversion(plan, state, user, atMs, 0);
  }
  for (const user of users.values()) endAttributionUser(plan, state, user);
  const { conversions, touchpoints } = finishAttribution(state, createRandom('demo'));
  expect(conversions).toBeGreaterThan(2_000);
  const effect = new Map<string, number>(campaigns.map((campaign) => [campaign.name, campaign.effect]));
  // Of campaigns met about equally often, or less often and yet better: a frequent one shares paths with itself.
  const pairs = [
    ['newsletter', 'podcast'],
    ['partner', 'podcast'],
    ['podcast', 'social'],
    ['search', 'social'],
  ] as const;
  for (const model of ['last', 'markov', 'shapley']) {
    const perTouch = new Map(
      touchpoints.map(({ credits, key, touches }) => [
        key,
        (credits.find((each) => each.model === model)?.conversions ?? 0) / touches,
      ]),
    );
    for (const [better, worse] of pairs) {
      expect(effect.get(better)).toBeGreaterThan(effect.get(worse) ?? 1);
      expect(perTouch.get(better), `${model}: ${better}`).toBeGreaterThan(1.1 * (perTouch.get(worse) ?? 1));
    }
  }
});
