import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { BackendCandidate, BackendChoice, ChosenBackend, Refusal } from './backend.ts';

/** Every backend must give the numbers of plain CPU within this. */
export const SELF_TEST_TOLERANCE = 1e-3;

/**
 * Takes the first candidate that loads and computes what plain CPU computes; the others are named with the reason. `reference` is the self-test on
 * plain CPU. A backend asked for by name that fails is refused too, and the next below it taken: a wrong number is worse than a slow one.
 */
export async function chooseBackend(
  candidates: readonly BackendCandidate[],
  choice: BackendChoice,
  reference: Float32Array,
): Promise<ChosenBackend> {
  const refused: Refusal[] = [];
  const from =
    choice === 'auto'
      ? 0
      : Math.max(
          0,
          candidates.findIndex(({ name }) => name === choice),
        );
  for (const candidate of candidates.slice(from)) {
    const { name } = candidate;
    try {
      const { device, isImitated } = await candidate.activate();
      if (isImitated && choice !== name) {
        refused.push({
          name,
          reason: `${device} imitates a GPU on the processor; set WEIR_MODELS_BACKEND=${name} to use it anyway`,
        });
        continue;
      }
      const selfTestError = largestDifference(await candidate.test(), reference);
      if (selfTestError <= SELF_TEST_TOLERANCE) return { name, device, selfTestError, refused };
      const size = Number.isFinite(selfTestError)
        ? `by ${selfTestError.toExponential(1)}`
        : 'in shape or by a number that is none';
      refused.push({
        name,
        reason: `its self-test differs from plain CPU ${size}, more than ${SELF_TEST_TOLERANCE}: it computes wrong numbers on ${device}`,
      });
    } catch (error) {
      refused.push({ name, reason: messageOf(error) });
    }
  }
  const reasons = refused.map(({ name, reason }) => `${name}: ${reason}`).join('; ');
  throw new WeirError('MODELS_NO_BACKEND', `No way to compute with TensorFlow.js works here. ${reasons}`);
}

/** Largest |a - b| / max(1, |b|); Infinity where lengths differ or a value is not finite. */
export function largestDifference(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length || a.length === 0) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i += 1) {
    const expected = b[i] ?? Number.NaN;
    const difference = Math.abs((a[i] ?? Number.NaN) - expected) / Math.max(1, Math.abs(expected));
    if (!Number.isFinite(difference)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, difference);
  }
  return largest;
}

/** One line for the log and the system page. */
export function describeBackend({ name, device, selfTestError, refused }: ChosenBackend): string {
  const others = refused.map((each) => ` ${each.name} not used: ${each.reason}.`).join('');
  return `TensorFlow.js computes on ${name} (${device}), self-test within ${selfTestError.toExponential(1)} of plain CPU.${others}`;
}
