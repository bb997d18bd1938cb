import { QuantileSketch } from '../platform/kpi/quantile-sketch.ts';
import { createRandom } from '../platform/time/random.ts';
import { BYTES_PER_SLOT } from '../streams/trends/activity.ts';
import { defaultLimits } from '../streams/trends/state.ts';
import { countTerm, createTermTable } from '../streams/trends/term-table.ts';
import { timed, type CoreFigure } from './core-figure.ts';
import { measureTrendSpeed } from './trends/speed.ts';

const KEYS = 10_000;
const VALUES = 3_000_000;
const TERMS = 2_000_000;
const HITS = 2_000_000;
const TITLES = 60_000;

/** What counts without holding everything: quantiles of many keys, the heaviest of millions of terms, and trends on top of them. */
export function measureSketches(): CoreFigure[] {
  return [quantiles(), heaviest(), trends()];
}

/** Latencies and lengths as the processors add them, to a sketch of each key in turn. */
function quantiles(): CoreFigure {
  const random = createRandom(3);
  const values = Float64Array.from({ length: 100_000 }, () => Math.exp(6 + random.normal()));
  const sketches = Array.from({ length: KEYS }, () => new QuantileSketch());
  const { perSecond } = timed(VALUES, () => {
    for (let i = 0; i < VALUES; i++)
      sketches[i % KEYS]?.add(values[(i + 7_919 * Math.floor(i / KEYS)) % values.length] ?? 0);
  });
  const bytes = sketches.reduce((sum, sketch) => sum + sketch.toBytes().length, 0);
  const [first] = sketches;
  if (first === undefined || !(first.quantile(0.5) > 0)) throw new Error('no quantile was kept');
  return {
    name: `quantiles of 10,000 keys, ${VALUES / KEYS} log-normal values each; bytes as stored`,
    perSecond,
    bytesPerKey: bytes / KEYS,
  };
}

/** The heaviest terms of millions: the exact top over a sketch of the rest (count-min, Space-Saving). */
function heaviest(): CoreFigure {
  const random = createRandom(5);
  const terms = Array.from({ length: HITS }, () => `t${Math.floor(TERMS ** random.next())}`);
  const { maxTerms, sketchWidth } = defaultLimits;
  const table = createTermTable(maxTerms, sketchWidth);
  const { perSecond } = timed(HITS, () => {
    for (const [i, term] of terms.entries()) countTerm(table, term, term, Math.floor(i / 10_000), 1);
  });
  const held = table.slotOf.size;
  return {
    name: `top terms: the heaviest ${held.toLocaleString('en-US')} of two million (Zipf), sketch included`,
    perSecond,
    bytesPerKey: (held * BYTES_PER_SLOT + table.sketch.cells.byteLength) / held,
  };
}

function trends(): CoreFigure {
  const speed = measureTrendSpeed(TITLES);
  return {
    name: `trends: titles of six words of two million, as words and pairs (evaluation of all ${Math.round(speed.evaluationMs)} ms)`,
    perSecond: speed.eventsPerCoreSecond,
    bytesPerKey: speed.bytesPerHeldTerm,
  };
}
