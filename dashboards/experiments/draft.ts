import type { ExperimentMetric, ExperimentRequest } from '../../platform/contracts/experiment.ts';

/** A metric as it is typed. */
export interface MetricDraft {
  readonly eventTypes: string;
  readonly kind: ExperimentMetric['kind'];
  readonly higherIsBetter: boolean;
}

/** A form as it stands: text that may not be right yet. Percent are typed as percent. */
export interface ExperimentDraft {
  readonly key: string;
  readonly title: string;
  readonly hypothesis: string;
  readonly variants: string;
  readonly primary: MetricDraft;
  readonly guardrail: MetricDraft;
  readonly allocation: ExperimentRequest['allocation'];
  readonly traffic: string;
  readonly minimumEffect: string;
  readonly alpha: string;
}

/** The seeds' defaults: α .05, power .8, Thompson with .1 exploration. */
export const emptyDraft: ExperimentDraft = {
  key: '',
  title: '',
  hypothesis: '',
  variants: 'As it is\nNew',
  primary: { eventTypes: 'signup', kind: 'conversion', higherIsBetter: true },
  guardrail: { eventTypes: '', kind: 'conversion', higherIsBetter: false },
  allocation: 'fixed',
  traffic: '100',
  minimumEffect: '10',
  alpha: '5',
};

/** What the server is asked for; undefined while something is missing or cannot be. */
export function requestOf(draft: ExperimentDraft): ExperimentRequest | undefined {
  const titles = draft.variants
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const primary = metricOf(draft.primary, 'primary');
  const guardrail = metricOf(draft.guardrail, 'guardrail');
  const [traffic, minimumEffect, alpha] = [draft.traffic, draft.minimumEffect, draft.alpha].map(
    (text) => Number(text) / 100,
  );
  const isKey = /^[a-z][a-z0-9_-]{0,63}$/.test(draft.key);
  const isBetween = (value: number | undefined, low: number, high: number): value is number =>
    value !== undefined && value >= low && value <= high;
  if (!isKey || draft.title.trim() === '' || primary === undefined) return undefined;
  if (titles.length < 2 || titles.length > 8) return undefined;
  if (!isBetween(traffic, 0.001, 1) || !isBetween(minimumEffect, 0.001, 10) || !isBetween(alpha, 0.001, 0.2))
    return undefined;
  return {
    key: draft.key,
    title: draft.title.trim(),
    hypothesis: draft.hypothesis.trim(),
    variants: titles.map((title, i) => ({
      key: i === 0 ? 'control' : `variant-${i}`,
      title,
      share: 1 / titles.length,
    })),
    traffic,
    primary,
    secondary: [],
    guardrails: guardrail === undefined ? [] : [{ metric: guardrail, maxHarm: 0.1 }],
    allocation: draft.allocation,
    exploration: 0.1,
    alpha,
    power: 0.8,
    minimumEffect,
    windowHours: 24 * 7,
    stopsOnHarm: true,
    maxDays: 60,
  };
}

function metricOf(
  { eventTypes, kind, higherIsBetter }: MetricDraft,
  key: string,
): ExperimentMetric | undefined {
  const types = [...new Set(eventTypes.split(',').map((each) => each.trim()))].filter((each) => each !== '');
  if (types.length === 0 || types.length > 16) return undefined;
  const title = kind === 'revenue' ? `Money from ${types.join(', ')}` : types.join(', ');
  return { key, title: title.slice(0, 200), kind, eventTypes: types, higherIsBetter };
}
