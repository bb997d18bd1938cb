import { fillGaps } from '../forecast/fill-gaps.ts';
import { naiveScale } from '../forecast/metrics.ts';
import { repairHistory, type Repaired } from '../forecast/repair-history.ts';
import { dataHash } from '../runtime/data-hash.ts';
import { openTensorFlow, type TensorFlow } from '../runtime/tensorflow.ts';
import type { ComputeContext } from '../tasks/compute-context.ts';
import { calendarEffects, withEffects, type CalendarEffects } from './calendar-effects.ts';
import { forecastBoosted, trainBoosted } from './boosted-member.ts';
import { describePanel } from './describe.ts';
import type { Days } from './feature-frame.ts';
import type { LearnedModel } from './learned-model.ts';
import type { ChosenForms } from './chosen-forms.ts';
import { BOOSTED, classicalForecasts, members, NEURAL, REFERENCE } from './members.ts';
import { forecastNeural, trainNeural } from './neural-member.ts';
import { structuralWidth } from './structural-width.ts';
import { bandsOf, originCuts } from './origins.ts';
import { isForecastOrder } from './order.ts';
import type { ForecastResult, ModelScore } from './result.ts';
import { historyLength, stepsAhead, type Panel } from './panel.ts';
import { plainForecast } from './plain-series.ts';
import { withRecommendations } from './recommendations.ts';
import { regressorsOf, type Regressor } from './regressors.ts';
import { chooseBySeries } from './series-outcome.ts';
import { combineSeries, triedError, type Combined, type Origin } from './weigh.ts';
import type { Working } from './working.ts';

/** Longest horizon of the network; beyond it the others stand alone. */
const NEURAL_REACH = 30;

/**
 * Forecasts of a whole panel, by the current model or by one trained here, whichever did better on the past. Learned members are trained on what came before the
 * earliest of the near origins, so that their backtest is of values they have not seen; the others are fitted anew at every origin.
 */
export async function computeForecasts(order: unknown, context: ComputeContext): Promise<ForecastResult> {
  if (!isForecastOrder(order)) throw new TypeError('the thread was given no forecast order');
  const { train } = order;
  const panel = withoutDust(order.panel);
  const current = isCompatible(order.current) ? order.current : undefined;
  const steps = stepsAhead(panel);
  const length = historyLength(panel);
  const cuts = [0, ...originCuts(length, panel.period, panel.horizons)];
  context.progress(0.02, 'repairing histories');
  const modelled = panel.series.flatMap((series, i) =>
    plainForecast(series.values, panel.period) === undefined ? [i] : [],
  );
  const regressors = await regressorsOf(panel.calendar, panel.planned, length);
  const pasts = cuts.map((cut) => pastOf(panel, modelled, regressors, length - cut));
  const works = modelled.length > 0;

  const needsNeural = works && (train || current?.neural !== undefined);
  const opened = needsNeural ? await openTensorFlow(context.backend) : undefined;
  const tensorsBefore = opened?.tf.memory().numTensors ?? 0;
  const trainCut = trainingCut(cuts, length);
  const trained =
    train && works
      ? await trainModel(panel, modelled, regressors, length - trainCut, opened?.tf, context)
      : undefined;

  // From the earliest origin on: a form chosen there may be kept at later ones, never the other way round.
  const chosen: readonly ChosenForms[] = modelled.map(() => ({}));
  const classical = pasts
    .toReversed()
    .map((past, k) => {
      context.progress(0.45 + (0.35 * k) / pasts.length, 'trying members on the past');
      return classicalForecasts(past.raw, past.repaired, panel.period, steps, chosen).map((made, m) =>
        m === REFERENCE ? made : made?.map((forecast, i) => ahead(past, i, forecast)),
      );
    })
    .toReversed();
  // Origins a model was trained on have its trees and network left out, so models are compared where both take part.
  const unseenFrom = Math.min(
    ...[trained, current].map((model) =>
      cuts.reduce(
        (most, cut) =>
          (panel.starts[length - cut] ?? 0) >= (model?.trainedUntilMs ?? 0) ? Math.max(most, cut) : most,
        0,
      ),
    ),
  );
  const structural = pasts.map((past) =>
    past.repaired.map((y, i) => structuralWidth(y, panel.period, steps, context.random.fork(`paths ${i}`))),
  );
  const run = async (model: LearnedModel | undefined): Promise<Run> =>
    evaluate(
      panel,
      modelled,
      cuts,
      await withLearned(panel, modelled, regressors, model, pasts, cuts, classical, structural, opened?.tf),
      pasts[0],
      model?.weights,
      unseenFrom,
    );
  context.progress(0.82, 'weighing members');
  const fresh = trained === undefined ? undefined : await run({ ...trained, weights: {} });
  const kept = current === undefined ? undefined : await run(current);
  context.progress(0.92, 'adding up');
  const leakedTensors = (opened?.tf.memory().numTensors ?? 0) - tensorsBefore;
  const isBetter =
    fresh !== undefined &&
    (kept === undefined || (fresh.score.error ?? Infinity) <= (kept.score.error ?? Infinity));
  const shown = isBetter ? fresh : (kept ?? fresh ?? (await run(undefined)));
  return {
    kind: 'forecast',
    forecasts: withRecommendations(describePanel(panel, modelled, shown.working)),
    by: isBetter ? 'trained' : 'current',
    trained:
      trained === undefined || fresh === undefined
        ? undefined
        : {
            model: { ...trained, weights: fresh.weights },
            score: fresh.score,
            currentScore: kept?.score,
            dataHash: dataHash(panel.series.map(({ values }) => values)),
            backend: opened?.backend.name ?? 'none',
            origins: cuts.filter((cut) => cut > 0 && cut <= unseenFrom).length,
            kpis: [...new Set(panel.series.map(({ kpi }) => kpi))],
            steps: length,
            horizon: steps,
          },
    passed: order.passed,
    leakedTensors,
  };
}

interface Past {
  /** Gaps filled, nothing else. */
  readonly raw: readonly Float64Array[];
  /** As days would have been without holidays and events, repaired. */
  readonly repaired: readonly Float64Array[];
  readonly repairs: readonly Repaired[];
  readonly effects: readonly (CalendarEffects | undefined)[];
  /** Repaired, with what holidays and events did: what trees learn from, which know of both. */
  readonly asWere: readonly Float64Array[];
}

/** A forecast of ordinary days with what holidays and events will do. */
function ahead({ effects, repaired }: Past, i: number, forecast: Float64Array): Float64Array {
  return withEffects(forecast, effects[i], 1, repaired[i]?.length ?? 0);
}

/** Less than this is nothing: no KPI counts so finely, and quotients of the smallest numbers there are overflow. */
const DUST = 1e-9;

function withoutDust(panel: Panel): Panel {
  return {
    ...panel,
    series: panel.series.map((series) => ({
      ...series,
      values: series.values.map((value) => (Math.abs(value) < DUST ? 0 : value)),
    })),
  };
}

/** The series as they stood after `length` values: repaired with what was known then. */
function pastOf(
  panel: Panel,
  modelled: readonly number[],
  regressors: readonly Regressor[],
  length: number,
): Past {
  const empty = new Float64Array(Math.max(1, length));
  const raw: Float64Array[] = [];
  const repairs: Repaired[] = [];
  const effects: (CalendarEffects | undefined)[] = [];
  for (const i of modelled) {
    const values = (panel.series[i]?.values ?? empty).slice(0, length);
    const filled = fillGaps(values, panel.period) ?? empty;
    const effect = calendarEffects(filled, stepsAhead(panel), panel.period, regressors);
    raw.push(filled);
    effects.push(effect);
    // Before odd values are replaced: what a holiday does is odd and not to be thrown away.
    repairs.push(
      repairHistory(withEffects(values, effect, -1), panel.period) ?? {
        values: empty,
        filled: length,
        replaced: 0,
        shift: undefined,
      },
    );
  }
  const repaired = repairs.map(({ values }) => values);
  return { raw, repairs, repaired, effects, asWere: repaired.map((y, s) => withEffects(y, effects[s], 1)) };
}

/** What the trees know besides the values of a series: nothing of it is later than the origin a row is of. */
function daysOf(panel: Panel, modelled: readonly number[], regressors: readonly Regressor[]): Days {
  const place = new Map(modelled.map((i, s) => [i, s]));
  const beside = modelled.map((i) => {
    const series = panel.series[i];
    const whole = panel.sums.find(({ parts }) => parts.includes(i))?.whole;
    const views = panel.series.findIndex(
      ({ dim, kpi, rollup }) =>
        kpi === 'views' && kpi !== series?.kpi && rollup === series?.rollup && dim === series.dim,
    );
    return { whole: whole === undefined ? undefined : place.get(whole), views: place.get(views) };
  });
  return { calendar: panel.calendar, regressors, prices: panel.prices, beside };
}

/** Learned members stop here: at the farthest near origin, but not so far back that little is left. */
function trainingCut(cuts: readonly number[], length: number): number {
  return [...cuts].reverse().find((cut) => cut <= length / 4) ?? 0;
}

async function trainModel(
  panel: Panel,
  modelled: readonly number[],
  regressors: readonly Regressor[],
  length: number,
  tf: TensorFlow | undefined,
  context: ComputeContext,
): Promise<Omit<LearnedModel, 'weights'>> {
  const { asWere, repaired } = pastOf(panel, modelled, regressors, length);
  const steps = stepsAhead(panel);
  context.progress(0.05, 'growing trees');
  const boosted = trainBoosted(
    asWere,
    daysOf(panel, modelled, regressors),
    panel.period,
    steps,
    context.random.fork('trees'),
  );
  context.progress(0.2, 'training the network');
  const neural =
    tf === undefined
      ? undefined
      : await trainNeural(
          tf,
          repaired,
          panel.period,
          Math.min(steps, NEURAL_REACH),
          context.random.fork('network'),
          (share) => context.progress(0.2 + 0.25 * share, 'training the network'),
        );
  return {
    members: members.map(({ name }) => name),
    boosted,
    neural,
    trainedUntilMs: panel.starts[length] ?? 0,
  };
}

/** All members at all origins. */
async function withLearned(
  panel: Panel,
  modelled: readonly number[],
  regressors: readonly Regressor[],
  model: Omit<LearnedModel, 'weights'> | undefined,
  pasts: readonly Past[],
  cuts: readonly number[],
  classical: readonly (readonly (readonly Float64Array[] | undefined)[])[],
  structural: readonly (readonly Float64Array[])[],
  tf: TensorFlow | undefined,
): Promise<Origin[]> {
  const steps = stepsAhead(panel);
  const nothing = new Float64Array(0);
  const none = (past: Past): Float64Array[] =>
    past.repaired.map(() => new Float64Array(steps).fill(Number.NaN));
  const neural =
    model?.neural === undefined || tf === undefined
      ? undefined
      : await forecastNeural(
          tf,
          model.neural,
          panel.period,
          pasts.map(({ repaired }) => repaired),
        );
  return pasts.map((past, k) => {
    const boosted =
      model?.boosted === undefined
        ? undefined
        : forecastBoosted(
            model.boosted,
            past.asWere,
            daysOf(panel, modelled, regressors),
            panel.period,
            steps,
          );
    // What came before was seen in training: its errors there would flatter.
    const hasSeen = (panel.starts[historyLength(panel) - (cuts[k] ?? 0)] ?? 0) < (model?.trainedUntilMs ?? 0);
    return {
      cut: cuts[k] ?? 0,
      stated: [
        structural[k] ?? none(past),
        past.repaired.map((_, i) => padded(hasSeen ? nothing : (neural?.[k]?.[i]?.half ?? nothing), steps)),
      ],
      forecasts: members.map((_, m) => {
        if (hasSeen && (m === BOOSTED || m === NEURAL)) return none(past);
        if (m === BOOSTED) return boosted ?? none(past);
        if (m === NEURAL)
          return neural?.[k]?.map(({ point }, i) => ahead(past, i, padded(point, steps))) ?? none(past);
        return classical[k]?.[m] ?? none(past);
      }),
    };
  });
}

function padded(forecast: Float64Array, steps: number): Float64Array {
  const out = new Float64Array(steps).fill(Number.NaN);
  out.set(forecast.subarray(0, steps));
  return out;
}

interface Run {
  readonly working: readonly Working[];
  readonly weights: Record<string, number[][]>;
  readonly score: ModelScore;
}

/**
 * Weights, choice and error of every modelled series under one model. The error, by which models are compared, is over the origins at most `unseenFrom`
 * steps before the end: those none of the models compared has seen.
 */
function evaluate(
  panel: Panel,
  modelled: readonly number[],
  cuts: readonly number[],
  origins: readonly Origin[],
  now: Past | undefined,
  given: LearnedModel['weights'] | undefined,
  unseenFrom: number,
): Run {
  const bands = bandsOf(panel.horizons);
  const weights: Record<string, number[][]> = {};
  const working: Working[] = [];
  let scaled = 0;
  let reference = 0;
  let chosen = 0;
  let scored = 0;
  modelled.forEach((i, s) => {
    const series = panel.series[i];
    const history = now?.raw[s];
    const repair = now?.repairs[s];
    if (series === undefined || history === undefined || repair === undefined) return;
    const actual = series.values;
    // Stored weights were learned from these very origins: they are for the forecast made now, and no past one may lean on them.
    const combos: Combined[] = origins.map((origin, k) =>
      combineSeries(origin, origins.slice(k + 1), s, actual, bands, k === 0 ? given?.[series.id] : undefined),
    );
    const [first, ...past] = combos;
    if (first === undefined) return;
    weights[series.id] = first.weights.map((each) => [...each]);
    const outcome = chooseBySeries(first, past, origins, s, actual, bands);
    working.push({
      index: i,
      actual,
      history,
      repair,
      effects: now?.effects[s],
      outcome,
      origins,
      position: s,
    });
    const scale = naiveScale(history, panel.period);
    const steps = first.point.length;
    const isUnseen = ({ cut }: { readonly cut: number }): boolean => cut <= unseenFrom;
    const mine = triedError(past.filter(isUnseen), actual, 0, steps);
    const shown = triedError(outcome.past.filter(isUnseen), actual, 0, steps);
    const its = triedError(
      origins
        .slice(1)
        .filter(isUnseen)
        .map(({ cut, forecasts }) => ({
          cut,
          point: forecasts[REFERENCE]?.[s] ?? new Float64Array(steps).fill(Number.NaN),
        })),
      actual,
      0,
      steps,
    );
    if (mine.count === 0 || its.count === 0 || shown.count === 0) return;
    chosen += shown.absolute / shown.count / scale;
    scaled += mine.absolute / mine.count / scale;
    reference += its.absolute / its.count / scale;
    scored += 1;
  });
  const isScored = scored > 0 && cuts.length > 1;
  return {
    working,
    weights,
    score: {
      error: isScored ? scaled / scored : null,
      relativeToSeasonalNaive: isScored && reference > 0 ? chosen / reference : null,
    },
  };
}

function isCompatible(model: LearnedModel | undefined): model is LearnedModel {
  return model !== undefined && model.members.join() === members.map(({ name }) => name).join();
}
