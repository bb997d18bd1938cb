import { createHash } from 'node:crypto';
import { Type, type Static } from '@sinclair/typebox';

/** What there is to know of a trained model: enough to refuse it on other data and to say how good it was. */
export const ModelManifest = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 64, pattern: '^[a-z][a-z0-9-]*$' }),
  /** Counts up with every training that is kept. */
  version: Type.Integer({ minimum: 1 }),
  /** KPI keys of the series it was trained on. */
  features: Type.Array(Type.String({ minLength: 1 }), { minItems: 1 }),
  input: Type.Integer({ minimum: 1 }),
  horizon: Type.Integer({ minimum: 1 }),
  normalisation: Type.Union([Type.Literal('log-naive-scale'), Type.Literal('naive-scale')]),
  dataHash: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  trainedAtMs: Type.Integer({ minimum: 0 }),
  backend: Type.String(),
  backtest: Type.Object({
    origins: Type.Integer({ minimum: 1 }),
    meanAbsoluteError: Type.Number({ minimum: 0 }),
    /** Below 1 it beats seasonal-naive; a model that does not is not used. */
    relativeToSeasonalNaive: Type.Number({ minimum: 0 }),
  }),
});
export type ModelManifest = Static<typeof ModelManifest>;

/** SHA-256 over the values and lengths of the histories, the same on every machine; one value changed is another hash. */
export function dataHash(histories: readonly Float64Array[]): string {
  const hash = createHash('sha256');
  for (const history of histories) {
    const bytes = new DataView(new ArrayBuffer(8 * (history.length + 1)));
    bytes.setFloat64(0, history.length);
    history.forEach((value, t) => bytes.setFloat64(8 * (t + 1), value));
    hash.update(bytes);
  }
  return hash.digest('hex');
}
