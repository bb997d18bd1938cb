import { Type, type Static } from '@sinclair/typebox';

const MaybeNumber = Type.Union([Type.Number(), Type.Null()]);

/** What there is to know of a trained model: what it looks at and answers, of which data it is, how good it was on their past, and whether it counts. */
export const ModelManifest = Type.Object({
  name: Type.String({
    pattern: '^[a-z][a-z0-9-]{0,63}$',
    description: 'forecast-daily, forecast-hourly or churn',
  }),
  /** Counts up with every training. */
  version: Type.Integer({ minimum: 1 }),
  state: Type.Union([
    Type.Literal('current'),
    Type.Literal('retired', { description: 'Was current; can be brought back' }),
    Type.Literal('refused', { description: 'Worse than the current one on the same backtest' }),
  ]),
  reason: Type.String({ description: 'Why it was trained' }),
  trainedAtMs: Type.Number(),
  /** KPI keys of the series it was trained on; of a model of customers its features. */
  features: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, maxItems: 500 }),
  /** Shape: series or customers it saw, steps of history of each, and steps it answers. */
  series: Type.Integer({ minimum: 0 }),
  input: Type.Integer({ minimum: 0 }),
  horizon: Type.Integer({ minimum: 0 }),
  normalisation: Type.String({ description: 'How values of different size are made alike' }),
  dataHash: Type.String({
    pattern: '^[0-9a-f]{8,64}$',
    description: 'SHA-256 of what it was trained on; shorter in older versions of churn models',
  }),
  backend: Type.String(),
  backtest: Type.Object({
    /** What `error` is. */
    measure: Type.Union([Type.Literal('mean scaled absolute error'), Type.Literal('log-loss')]),
    /** Past origins it was tried at. */
    origins: Type.Integer({ minimum: 0 }),
    error: MaybeNumber,
    /** Of the version then in force, on the same past. */
    currentError: MaybeNumber,
    /** Error over that of the plain reference: seasonal-naive, or the average of everybody. Below 1 it is better. */
    relativeToReference: MaybeNumber,
  }),
});
export type ModelManifest = Static<typeof ModelManifest>;

export const ModelManifestList = Type.Object({ models: Type.Array(ModelManifest) });
export type ModelManifestList = Static<typeof ModelManifestList>;
