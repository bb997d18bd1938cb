import type { Experiment, ExperimentResult } from '../../platform/contracts/experiment.ts';
import { wishOfExperiment } from '../proposals/from-experiment.ts';
import { hashOf } from '../lifecycle/hash.ts';
import { factsFrom, isWish, type Wish } from '../proposals/wish.ts';

export interface TestIdea {
  readonly routine: string;
  readonly area: string;
  /** What it is tried on; part of the experiment's key. */
  readonly on: string;
  readonly dims: Wish['dims'];
  readonly title: string;
  readonly hypothesis: string;
  readonly variant: string;
  readonly metric: 'conversion' | 'revenue';
  readonly events: string;
  readonly days: number;
  readonly windowHours: number;
  /** The least change worth applying. */
  readonly effect: number;
  readonly impact: number;
  readonly confidence: number;
  readonly potential: number;
  readonly link: string;
}

/** Key of the experiment of an idea: the same idea is the same experiment, however often it comes up. */
export function testKey({ area, on, routine }: Pick<TestIdea, 'area' | 'on' | 'routine'>): string {
  return `${routine.split('-')[0] ?? 'auto'}-${area.replaceAll(/[^a-z]+/g, '-')}-${hashOf([routine, area, on]).slice(0, 10)}`;
}

/** The idea as a decision to start an experiment. Nothing is promised of its metric before it was tried; what it may bring is evidence. */
export function wishOfTest(idea: TestIdea): Wish {
  const key = testKey(idea);
  return {
    source: { type: 'routine', routine: idea.routine },
    title: idea.title.slice(0, 300),
    key: `routine|${idea.routine}|${key}`,
    dims: idea.dims,
    link: idea.link,
    because: idea.hypothesis.slice(0, 300),
    facts: factsFrom({
      area: idea.area,
      may_bring: idea.impact,
      confidence: idea.confidence,
      potential: idea.potential,
      applied_above: idea.effect,
    }),
    actions: [
      {
        kind: 'experiment',
        params: {
          key,
          title: idea.title.slice(0, 200),
          hypothesis: idea.hypothesis,
          variant: idea.variant,
          metric: idea.metric,
          events: idea.events,
          days: idea.days,
          window_hours: idea.windowHours,
          effect: idea.effect,
        },
      },
    ],
    // A test moves no money of its own; one person starts it, as by hand.
    money: null,
    expected: null,
    assumptions: [
      'Half of the users see the variant; somebody has to make it and send exposures.',
      'What it may bring is what others of its kind reach, not what this one will.',
    ],
    restsOn: hashOf({ key, area: idea.area }),
  };
}

/** Least lift worth a roll-out (seeds). */
const leastLift = 0.05;

/**
 * Roll-outs of a routine's experiments that are decided: a variant recommended by the always-valid test (false winners below its alpha),
 * whose lift is above 5%.
 */
export function rolloutsOf(
  routine: string,
  known: readonly { readonly experiment: Experiment; readonly result: ExperimentResult | undefined }[],
  nowMs: number,
): Wish[] {
  const prefix = `${routine.split('-')[0] ?? 'auto'}-`;
  return known
    .filter(({ experiment }) => experiment.key.startsWith(prefix))
    .flatMap(({ experiment, result }) => {
      const lift = result?.reading.recommendation.expectedLift ?? 0;
      if (lift <= leastLift) return [];
      const wish = wishOfExperiment({ type: 'routine', routine }, experiment, result, nowMs);
      return isWish(wish) ? [wish] : [];
    });
}
