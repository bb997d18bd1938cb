import type { Random } from '../../platform/time/random.ts';

/** What a coalition of players 0…n-1 earns, by membership. */
export type Game = (isIn: readonly boolean[]) => number;

export interface ShapleyValues {
  readonly values: readonly number[];
  /** Standard error of each value; undefined where they are exact. */
  readonly errors?: readonly number[];
}

/**
 * Shapley values by their definition, over all 2^n coalitions: what a player adds, in the mean over all orders in which the
 * players may come (Shapley 1953). They add up to what all earn together. For n up to about 12.
 */
export function exactShapley(players: number, game: Game): ShapleyValues {
  const coalitions = 2 ** players;
  const worth = new Float64Array(coalitions);
  const members = (coalition: number): boolean[] =>
    Array.from({ length: players }, (_each, player) => (coalition & (1 << player)) !== 0);
  for (let coalition = 0; coalition < coalitions; coalition += 1) worth[coalition] = game(members(coalition));
  // Weight of a coalition of s others: s! (n - s - 1)! / n!, from one size to the next without factorials.
  const weights: number[] = [1 / Math.max(1, players)];
  for (let size = 1; size < players; size += 1)
    weights.push(((weights[size - 1] ?? 0) * size) / (players - size));
  const values = Array.from({ length: players }, () => 0);
  for (let coalition = 0; coalition < coalitions; coalition += 1) {
    const weight = weights[bitCount(coalition)] ?? 0;
    for (let player = 0; player < players; player += 1) {
      const bit = 1 << player;
      if ((coalition & bit) !== 0) continue;
      const added = (worth[coalition | bit] ?? 0) - (worth[coalition] ?? 0);
      values[player] = (values[player] ?? 0) + weight * added;
    }
  }
  return { values };
}

/**
 * Shapley values from `orders` random orders of the players (Castro, Gómez & Tejada 2009). Each order gives every player something and
 * all of it adds up to what all earn, so the estimates do, too. The error falls with the root of the number of orders.
 */
export function sampledShapley(players: number, game: Game, orders: number, random: Random): ShapleyValues {
  const sums = Array.from({ length: players }, () => 0);
  const squares = Array.from({ length: players }, () => 0);
  for (let drawn = 0; drawn < orders; drawn += 1) {
    const isIn = Array.from({ length: players }, () => false);
    let before = game(isIn);
    for (const player of shuffled(players, random)) {
      isIn[player] = true;
      const now = game(isIn);
      const added = now - before;
      before = now;
      sums[player] = (sums[player] ?? 0) + added;
      squares[player] = (squares[player] ?? 0) + added * added;
    }
  }
  const values = sums.map((sum) => sum / orders);
  return {
    values,
    errors: squares.map((square, player) => {
      const mean = values[player] ?? 0;
      const variance = (square / orders - mean * mean) * (orders / Math.max(1, orders - 1));
      return Math.sqrt(Math.max(0, variance) / orders);
    }),
  };
}

/** Fisher–Yates. */
function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_each, i) => i);
  for (let i = count - 1; i > 0; i -= 1) {
    const j = random.int(i + 1);
    const [a, b] = [order[i] ?? 0, order[j] ?? 0];
    order[i] = b;
    order[j] = a;
  }
  return order;
}

function bitCount(value: number): number {
  let count = 0;
  for (let left = value; left !== 0; left &= left - 1) count += 1;
  return count;
}
