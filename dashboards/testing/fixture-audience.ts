import type { Router } from 'express';
import { Value } from '@sinclair/typebox/value';
import {
  audienceTopics,
  PrivateRequest,
  type AudienceAnswer,
  type AudienceBody,
  type AudienceTopic,
} from '../../platform/contracts/audience.ts';
import { checkAges, FINAL_AGE, type PostView } from '../../platform/contracts/posts.ts';
import type { PrivacyCharge, PrivacyState } from '../../platform/contracts/privacy.ts';
import { channels, contents } from './fixture-data.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const MINUTE = 60_000;

/** Numbers with the shape of an audience: quiet nights, busy evenings and weekends. */
function body(
  what: AudienceTopic,
  isExact: boolean,
  isEmpty: boolean,
  by: 'channel' | 'content',
): AudienceBody {
  const scale = isEmpty ? 0 : isExact ? 1 : 0.12;
  const exact = (value: number): number | null => (isExact ? value : null);
  const people = (value: number): number => Math.round(value * scale);
  switch (what) {
    case 'activity':
      return {
        kind: 'activity',
        cells: Array.from({ length: 168 }, (_, i) => {
          const weekday = Math.floor(i / 24) + 1;
          const hour = i % 24;
          const shape = (1 + Math.sin(((hour - 14) / 24) * 2 * Math.PI)) * (weekday > 5 ? 1.4 : 1);
          const viewers = people(40 + 900 * shape);
          return {
            weekday,
            hour,
            occurrences: 4,
            viewers,
            views: exact(viewers * 2.3),
            watchMinutes: exact(viewers * 11.2),
          };
        }),
      };
    case 'returning':
      return {
        kind: 'returning',
        horizons: [
          { days: 1, viewers: people(41_200), returned: people(9_300), rate: scale === 0 ? null : 0.2257 },
          { days: 7, viewers: people(38_700), returned: people(19_100), rate: scale === 0 ? null : 0.4935 },
          { days: 30, viewers: 0, returned: 0, rate: null },
        ],
      };
    case 'watch_time': {
      const edges = [0, 1, 5, 15, 30, 60, 120, 300, 600];
      const counts = [6_200, 9_900, 11_400, 6_100, 4_000, 2_300, 900, 300, 100];
      const all = counts.reduce((sum, each) => sum + each, 0);
      return {
        kind: 'watch_time',
        viewers: people(all),
        totalMinutes: exact(812_000 * scale),
        meanMinutes: isExact && !isEmpty ? 19.7 : null,
        bins: edges.map((fromMinutes, i) => ({
          fromMinutes,
          toMinutes: edges[i + 1] ?? null,
          viewers: people(counts[i] ?? 0),
          share: scale === 0 ? null : (counts[i] ?? 0) / all,
        })),
      };
    }
    case 'interaction': {
      const bins = [
        [0, 0, 30_100],
        [1, 1, 6_200],
        [2, 4, 3_400],
        [5, 9, 1_000],
        [10, 19, 400],
        [20, null, 100],
      ] as const;
      return {
        kind: 'interaction',
        viewers: people(41_200),
        interactions: exact(32_400 * scale),
        bins: bins.map(([from, to, count]) => ({
          from,
          to,
          viewers: people(count),
          share: scale === 0 ? null : count / 41_200,
        })),
      };
    }
    case 'loyalty': {
      const classes: readonly (readonly [string, string, string, number])[] = [
        ['lapsed', 'Lapsed', 'not seen in the second half of the range', 12_400],
        ['new', 'New', 'first seen in the last quarter of the range', 8_200],
        ['devoted', 'Devoted', 'active on 12 of 28 days or more', 1_900],
        ['regular', 'Regular', 'active on 4 to 11 of 28 days', 6_300],
        ['occasional', 'Occasional', 'active on 2 or 3 of 28 days', 5_800],
        ['once', 'One-time', 'active on a single day', 6_600],
      ];
      const all = classes.reduce((sum, [, , , count]) => sum + count, 0);
      return {
        kind: 'loyalty',
        viewers: people(all),
        classes: classes.map(([key, title, rule, count]) => ({
          key,
          title,
          rule,
          viewers: people(count),
          share: scale === 0 ? null : count / all,
          watchMinutes: exact(count * 14),
        })),
      };
    }
    case 'churn': {
      const predictors: readonly (readonly [
        string,
        string,
        readonly (readonly [string, number, number])[],
      ])[] = [
        [
          'frequency',
          'Active days',
          [
            ['1 day', 9_100, 0.71],
            ['2–3 days', 7_300, 0.52],
            ['4–7 days', 6_400, 0.29],
            ['8 days or more', 3_300, 0.09],
          ],
        ],
        [
          'recency',
          'Last seen before the split',
          [
            ['within 1 day', 6_900, 0.22],
            ['within 3 days', 6_200, 0.41],
            ['within 7 days', 5_300, 0.55],
            ['longer ago', 7_700, 0.74],
          ],
        ],
        [
          'trend',
          'Watch time, second quarter against first',
          [
            ['stopped', 7_100, 0.69],
            ['fell by a third or more', 4_200, 0.47],
            ['about the same', 4_900, 0.34],
            ['rose by a third or more', 4_100, 0.27],
            ['began', 5_800, 0.49],
          ],
        ],
        [
          'breadth',
          'Channels watched',
          [
            ['1 channel', 14_900, 0.58],
            ['2–3 channels', 7_800, 0.4],
            ['4 or more', 3_400, 0.21],
          ],
        ],
      ];
      return {
        kind: 'churn',
        splitMs: Date.now() - 14 * DAY,
        viewers: people(26_100),
        lapsed: people(12_400),
        rate: scale === 0 ? null : 0.475,
        predictors: predictors.map(([key, title, bands]) => ({
          key,
          title,
          bands: bands.map(([name, viewers, rate]) => ({
            title: name,
            viewers: people(viewers),
            lapsed: people(viewers * rate),
            rate: scale === 0 ? null : rate,
          })),
        })),
      };
    }
    case 'preferences': {
      const ids = by === 'channel' ? channels.map((id) => ({ id, title: id })) : contents;
      return {
        kind: 'preferences',
        by,
        viewers: people(41_200),
        items: isEmpty
          ? []
          : ids.map(({ id, title }, i) => ({
              id,
              title,
              viewers: people(21_000 / (i + 1)),
              share: 0.51 / (i + 1),
              index: isExact ? null : 0.6 + 0.15 * (i % 7),
              indexLow: isExact || i % 5 === 4 ? null : 0.5 + 0.13 * (i % 7),
              indexHigh: isExact || i % 5 === 4 ? null : 0.7 + 0.18 * (i % 7),
            })),
        pairs:
          isEmpty || !isExact
            ? []
            : ids.slice(1, 7).map(({ id, title }, i) => ({
                a: ids[0]?.id ?? '',
                aTitle: ids[0]?.title ?? '',
                b: id,
                bTitle: title,
                viewers: 3_000 - 300 * i,
                lift: 2.4 - 0.3 * i,
                liftLow: 2.2 - 0.3 * i,
                liftHigh: 2.7 - 0.3 * i,
              })),
      };
    }
    case 'demographics': {
      const groups = [
        ['25-34', 14_300],
        ['18-24', 12_100],
        ['unknown', 8_800],
        ['35-44', 6_000],
        ['', 31],
      ] as const;
      return {
        kind: 'demographics',
        field: 'age_band',
        viewers: people(41_231),
        groups: isEmpty
          ? []
          : groups.map(([value, count]) => ({
              value,
              groups: value === '' ? 3 : 1,
              viewers: people(count),
              share: count / 41_231,
              views: exact(count * 4.1),
              watchMinutes: exact(count * 13),
              revenueMinor: exact(count * 21),
              revenuePerViewerMinor: exact(21),
              least: isExact
                ? null
                : {
                    views: people(count * 2),
                    viewsHalfWidth: 960,
                    payers: people(count / 20),
                    revenueMinor: people(count * 9),
                    revenueHalfWidthMinor: 322_000,
                  },
            })),
        suppressed: 0,
      };
    }
  }
}

function answer(
  what: AudienceTopic,
  change: Partial<AudienceAnswer> & Pick<AudienceAnswer, 'privacy' | 'body'>,
): AudienceAnswer {
  return {
    what,
    timeZone: 'UTC',
    fromMs: Date.now() - 28 * DAY,
    toMs: Date.now(),
    watermarkMs: Date.now() - 4_000,
    segment: {},
    release: 'tenant',
    ...change,
  };
}

function privacyState(charges: PrivacyCharge[]): PrivacyState {
  const left = 51 - charges.length;
  return {
    period: '2026-11',
    periodStartMs: Date.UTC(2026, 10, 1),
    periodEndMs: Date.UTC(2026, 11, 1),
    budget: { epsilon: 1, delta: 1e-6 },
    perAnswer: { epsilon: 0.1, delta: 1e-6 },
    spentEpsilon: 0.137 * Math.sqrt(charges.length),
    spentShare: charges.length / 51,
    answersLeft: left,
    compared: {
      basic: { epsilon: 0.1 * charges.length, delta: 1e-6 * charges.length },
      renyi: 0.3,
      advanced: null,
    },
    charges,
  };
}

function newCharge(about: string, epsilon: number, n: number): PrivacyCharge {
  return {
    id: n.toString(16).padStart(32, '0'),
    question: n.toString(16).padStart(64, '0'),
    atMs: Date.now() - (5 - n) * HOUR,
    what: 'activity',
    about,
    by: 'ada@example.com',
    mechanism: 'gaussian',
    epsilon,
    delta: 1e-6,
    rho: 0.00038,
    isAnswered: true,
  };
}

/** Posts of several ages, one of which takes off. */
function posts(): PostView[] {
  const shape = [0.04, 0.1, 0.24, 0.45, 0.62, 1];
  return contents.slice(0, 12).map((content, i) => {
    const ageMinutes = [40, 300, 1_000, 2_000, 12_000][i % 5] ?? 0;
    const publishedAtMs = Date.now() - ageMinutes * MINUTE;
    const isViral = i === 1;
    const final = 60_000 / (i + 2);
    const usual = 18_000;
    const due = checkAges.filter((age) => age <= ageMinutes);
    const at = (edge: number): number => final * (shape[edge] ?? 1) * (isViral ? 3 : 1);
    return {
      content: content.id,
      channel: channels[i % channels.length] ?? '',
      title: content.title,
      publishedAtMs,
      views: Math.round(at(due.length)),
      engagement: Math.round(at(due.length) / 17),
      ageMinutes: Math.min(FINAL_AGE, ageMinutes),
      isViral,
      viralAtMs: isViral ? publishedAtMs + 15 * MINUTE : null,
      checks: checkAges.map((age, edge) => ({
        ageMinutes: age,
        dueAtMs: publishedAtMs + age * MINUTE,
        isDue: age <= ageMinutes,
        views: age <= ageMinutes ? Math.round(at(edge)) : null,
        engagement: age <= ageMinutes ? Math.round(at(edge) / 17) : null,
        expectedViews: usual * (shape[edge] ?? 1),
        expectedEngagement: (usual * (shape[edge] ?? 1)) / 20,
        isViral: age <= ageMinutes ? isViral : null,
      })),
      predictions: due.map((age, edge) => ({
        atAgeMinutes: age,
        basedOnPosts: 84,
        points: [...checkAges, FINAL_AGE]
          .map((target, j) => ({ ageMinutes: target, views: at(j), low: at(j) * 0.7, high: at(j) * 1.45 }))
          .slice(edge + 1),
      })),
    };
  });
}

/** A post of an earlier page: found by its link alone. */
const OFF_PAGE = contents[11]?.id;
const absent = {
  type: 'urn:weir:error:POST_NOT_FOUND',
  title: 'Post not found',
  status: 404,
  code: 'POST_NOT_FOUND',
  detail: 'No post with this content is followed.',
  retry: 'never',
  mend: 'GET /api/v1/posts lists the posts that are tracked.',
  traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
};

/** The audience's routes as the contract has them. */
export function mountAudience(api: Router, state: { readonly isEmpty: boolean }): void {
  const charges = [
    'activity: country US, 2026-10-28 to 2026-11-24 UTC',
    'loyalty: channel Night Train, 2026-10-28 to 2026-11-24 UTC',
  ].map((about, i) => newCharge(about, 0.1, i + 1));
  api.get('/privacy-budget', (_req, res) => void res.json(privacyState(charges)));
  api.get('/audience/:what', (req, res) => {
    const by = req.query['by'] === 'content' ? 'content' : 'channel';
    const what = audienceTopics.find((each) => each === req.params.what) ?? 'activity';
    res.json(answer(what, { privacy: { kind: 'exact' }, body: body(what, true, state.isEmpty, by) }));
  });
  api.post('/audience/:what', (req, res) => {
    const request: PrivateRequest = Value.Parse(PrivateRequest, req.body);
    const { epsilon = 0.1, segment = {} } = request;
    const what = audienceTopics.find((each) => each === req.params.what) ?? 'activity';
    if (segment.country === 'ZZ') {
      res.status(429).json({
        type: 'urn:weir:error:PRIVACY_BUDGET_SPENT',
        title: 'Privacy budget spent',
        status: 429,
        code: 'PRIVACY_BUDGET_SPENT',
        detail: 'The privacy budget of this period has 0.4% left and this answer would take 1.9%.',
        retry: 'never',
        mend: 'Wait for the next period, or look at an answer that was given already.',
        traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      });
      return;
    }
    const about = `${what}: ${JSON.stringify(segment)}`;
    const known = charges.find((charge) => charge.about === about);
    const charge = known ?? newCharge(about, epsilon, charges.length + 1);
    if (known === undefined) charges.push(charge);
    res.json(
      answer(what, {
        segment,
        privacy: {
          kind: 'private',
          id: charge.id,
          epsilon,
          delta: 1e-6,
          mechanism: 'gaussian',
          cellsPerPerson: what === 'activity' ? 4 : 1,
          halfWidth95: what === 'activity' ? 142.3 : 71.2,
          rho: charge.rho,
          answeredAtMs: charge.atMs,
          isRepeated: known !== undefined,
        },
        body: body(what, false, state.isEmpty, 'channel'),
      }),
    );
  });
  api.get('/posts', (req, res) => {
    const all = state.isEmpty ? [] : posts();
    const old = all.filter(({ content }) => content !== OFF_PAGE);
    res.json({ posts: req.query['viral'] === 'true' ? old.filter(({ isViral }) => isViral) : old });
  });
  api.get('/posts/:content', (req, res) => {
    const found = posts().find(({ content }) => content === req.params.content);
    if (found === undefined) res.status(404).json(absent);
    else res.json(found);
  });
}
