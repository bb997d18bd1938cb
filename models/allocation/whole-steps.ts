import type { Box, Part } from './part.ts';

/** Additions the programme may take: a second or so. */
const MAX_WORK = 100_000_000;
/** Choices kept to find the division again. */
const MAX_KEPT = 4_000_000;
const ROUNDING = 1e-9;

/** Best value of 0, 1, 2 … steps, and how many of them the last member got. */
interface Table {
  readonly best: Float64Array;
  /** By member, in the order they were added: what it gets where so many steps are given out. */
  readonly choices: readonly Int32Array[];
  readonly members: readonly number[];
}

/**
 * The best division where amounts are whole multiples of a step, by dynamic programming over how many steps are given out (Bellman 1957; the multiple-choice
 * knapsack): exact whatever the curves, groups first and then over groups. Undefined where there are no steps, or so many that searching boxes is cheaper.
 */
export function solveWholeSteps(part: Part, box: Box): { x: Float64Array; value: number } | undefined {
  const { step, total } = part;
  if (step <= 0) return undefined;
  const n = part.curves.length;
  const most = (limit: number): number => Math.floor(limit / step + ROUNDING);
  const least = Array.from({ length: n }, (_, i) => Math.round((box.lo[i] ?? 0) / step));
  const room = Array.from({ length: n }, (_, i) => Math.max(0, most(box.hi[i] ?? 0) - (least[i] ?? 0)));
  const left = most(total) - least.reduce((a, b) => a + b, 0);
  if (left < 0) return undefined;
  const reach = room.map((each) => Math.min(each, left));
  const work = reach.reduce((sum, each) => sum + (each + 1) * (left + 1), 0);
  if (work > MAX_WORK || n * (left + 1) > MAX_KEPT) return undefined;

  const worth = (i: number, steps: number): number => {
    const amount = ((least[i] ?? 0) + steps) * step;
    return (part.curves[i]?.value(amount) ?? 0) - (part.shift?.[i] ?? 0) * amount;
  };
  const ofChannels = (members: readonly number[], limit: number): Table => {
    let best = new Float64Array(limit + 1);
    const choices: Int32Array[] = [];
    for (const i of members) {
      const own = Float64Array.from({ length: Math.min(reach[i] ?? 0, limit) + 1 }, (_, k) => worth(i, k));
      const [next, choice] = added(best, own);
      best = next;
      choices.push(choice);
    }
    return { best, choices, members };
  };

  const isGrouped = (i: number): boolean => (part.groupOf[i] ?? -1) >= 0;
  const tables = part.members.map((members, g) => {
    const floors = members.reduce((sum, i) => sum + (least[i] ?? 0), 0);
    return ofChannels([...members], Math.max(0, Math.min(left, most(part.caps[g] ?? 0) - floors)));
  });
  tables.push(
    ofChannels(
      [...part.curves.keys()].filter((i) => !isGrouped(i)),
      left,
    ),
  );

  let best = new Float64Array(left + 1);
  const choices = tables.map((table) => {
    const [next, choice] = added(best, table.best);
    best = next;
    return choice;
  });
  const x = Float64Array.from(least, (each) => each * step);
  let given = left;
  for (let t = tables.length - 1; t >= 0; t--) {
    const table = tables[t];
    const own = choices[t]?.[given] ?? 0;
    given -= own;
    if (table === undefined) continue;
    let inside = own;
    for (let m = table.members.length - 1; m >= 0; m--) {
      const steps = table.choices[m]?.[inside] ?? 0;
      const i = table.members[m] ?? 0;
      x[i] = ((least[i] ?? 0) + steps) * step;
      inside -= steps;
    }
  }
  return { x, value: best[left] ?? 0 };
}

/** Best of giving so many steps at most to what was there before and to one more, and what the one more gets of them. */
function added(before: Float64Array, own: Float64Array): [Float64Array<ArrayBuffer>, Int32Array] {
  const best = new Float64Array(before.length);
  const choice = new Int32Array(before.length);
  for (let all = 0; all < before.length; all++) {
    let most = Number.NEGATIVE_INFINITY;
    for (let k = Math.min(all, own.length - 1); k >= 0; k--) {
      const value = (own[k] ?? 0) + (before[all - k] ?? 0);
      if (value > most) {
        most = value;
        choice[all] = k;
      }
    }
    best[all] = most;
  }
  return [best, choice];
}
