import type { RiskKind, TrendAssumptions, TrendRisk } from '../../../platform/contracts/trend-lifecycle.ts';
import type { Trend } from '../../../platform/contracts/trend.ts';

/** Subjects whose ads platforms limit (YouTube's advertiser-friendly content guidelines, its headings), by words in titles. */
const sensitive: readonly (readonly [string, RegExp])[] = [
  ['violence', /\b(?:kill(?:s|ed|ing)?|murder(?:s|ed)?|shooting|massacre|gore|beheading|fight(?:s|ing)?)\b/i],
  ['weapons', /\b(?:guns?|rifles?|firearms?|ammo|explosives?|bombs?)\b/i],
  ['drugs', /\b(?:drugs?|cocaine|heroin|weed|cannabis|vape|vaping|smoking)\b/i],
  ['adult content', /\b(?:sex|sexy|nudes?|porn|onlyfans)\b/i],
  [
    'sensitive events',
    /\b(?:war|terror(?:ism|ist)?|earthquake|crash(?:es|ed)?|disaster|tragedy|death|dies|dead)\b/i,
  ],
  ['controversial issues', /\b(?:abuse|suicide|self[- ]harm|abortion|scandal|assault)\b/i],
  ['politics', /\b(?:election|president|senate|congress|trump|parliament)\b/i],
  ['gambling', /\b(?:casino|betting|gambling|jackpot)\b/i],
  ['medical claims', /\b(?:cure|vaccine|cancer|weight loss|miracle)\b/i],
];

/** Revenue of a thousand views in the best category of the seeds, US dollars. */
const BEST_RPM_USD = 12.5;
/** How much each kind counts when all are taken together. */
const weights: Readonly<Record<RiskKind, number>> = {
  policy: 0.6,
  monetization: 0.25,
  competition: 0.3,
  fatigue: 0.3,
  stage: 0.4,
};

/** What may go wrong, each kind with its score and the facts it is taken from. */
export function risksOf(
  trend: Trend,
  atMs: number,
  assumptions: TrendAssumptions,
  rpmFrom: 'own' | 'assumed' | 'estimate',
): readonly TrendRisk[] {
  const policy = policyRisk(trend);
  return [
    policy,
    monetizationRisk(trend, policy.score, rpmFrom),
    competitionRisk(trend, assumptions),
    fatigueRisk(trend, atMs),
    {
      kind: 'stage',
      score: assumptions.risk[trend.stage],
      facts: [`It is ${words[trend.stage]}: reckoned with ${percent(assumptions.risk[trend.stage])}.`],
    },
  ];
}

/** Taken together as causes that act alone: 1 − Π(1 − weight × score). */
export function overallRisk(risks: readonly TrendRisk[]): number {
  return two(1 - risks.reduce((left, { kind, score }) => left * (1 - weights[kind] * score), 1));
}

function policyRisk({ label, evidence }: Trend): TrendRisk {
  const titles = [label, ...evidence.examples.map(({ title }) => title)].filter((title) => title !== '');
  const found = sensitive
    .map(([name, pattern]) => ({ name, count: titles.filter((title) => pattern.test(title)).length }))
    .filter(({ count }) => count > 0);
  const share = Math.max(0, ...found.map(({ count }) => count)) / Math.max(1, titles.length);
  return {
    kind: 'policy',
    score: two(Math.min(1, 2 * share)),
    facts:
      found.length === 0
        ? [`None of ${titles.length} titles looked at has a word of a subject whose ads are limited.`]
        : found.map(({ name, count }) => `${count} of ${titles.length} titles looked at speak of ${name}.`),
  };
}

function monetizationRisk(
  { monetization }: Trend,
  policy: number,
  from: 'own' | 'assumed' | 'estimate',
): TrendRisk {
  const { rpmUsdEstimate, category } = monetization;
  const low = 1 - Math.min(1, rpmUsdEstimate / BEST_RPM_USD);
  const unknown = from === 'estimate' ? 0.3 : 0;
  return {
    kind: 'monetization',
    score: two(1 - (1 - 0.6 * low) * (1 - unknown) * (1 - 0.5 * policy)),
    facts: [
      `${capital(category)} earns est. ${rpmUsdEstimate.toFixed(2)} USD a thousand views at this time of year, the best category 12.50.`,
      from === 'estimate'
        ? 'There is no revenue of your own to reckon with.'
        : `Reckoned with the ${from === 'own' ? 'revenue of your own views' : 'figure you set'}.`,
    ],
  };
}

function competitionRisk(trend: Trend, assumptions: TrendAssumptions): TrendRisk {
  const usual = assumptions.competition[trend.stage];
  const { channels, contents, freshContents } = trend.evidence;
  return {
    kind: 'competition',
    score: two(Math.max(usual, trend.competition)),
    facts: [
      `${channels} channels with ${contents} live contents, ${freshContents} of them new in 24 h.`,
      `A trend that is ${words[trend.stage]} usually has ${percent(usual)}.`,
    ],
  };
}

function fatigueRisk({ timing, monitor, velocity }: Trend, atMs: number): TrendRisk {
  const lastedMs = Math.max(0, atMs - timing.onsetMs);
  const leftMs = timing.end.isPast ? 0 : Math.max(0, timing.end.expectedMs - atMs);
  const age = lastedMs + leftMs > 0 ? lastedMs / (lastedMs + leftMs) : 0;
  const falling = velocity < 0 ? Math.min(0.5, -velocity / 4) : 0;
  return {
    kind: 'fatigue',
    score: two(1 - (1 - 0.5 * age) * (1 - 0.5 * monitor.saturation) * (1 - falling)),
    facts: [
      `${percent(age)} of its expected life has gone by.`,
      monitor.saturation > 0
        ? `A content gets ${percent(1 - monitor.saturation)} of the views a day it got at best.`
        : 'A content gets as many views a day as it ever did.',
      ...(falling > 0 ? ['Its attention falls.'] : []),
    ],
  };
}

const words: Readonly<Record<Trend['stage'], string>> = {
  emerging: 'emerging',
  rising: 'rising',
  peak: 'at its peak',
  declining: 'declining',
  dead: 'over',
};
function percent(share: number): string {
  return `${Math.round(100 * share)}%`;
}
function two(value: number): number {
  return Math.round(100 * Math.min(1, Math.max(0, value))) / 100;
}
function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
