import type { ChurnModel } from '../churn/model.ts';

interface Packed {
  readonly kind: 'churn';
  readonly space: ChurnModel['space'];
  readonly bags: readonly {
    readonly base: number;
    readonly trees: readonly (readonly (readonly number[])[])[];
  }[];
  readonly calibration: ChurnModel['calibration'];
  readonly backtest: ChurnModel['backtest'];
  readonly customers: number;
  readonly left: number;
}

/** As bytes for the registry: JSON. What was foretold of the training rows stays behind. */
export function packChurn({ outOfFold: _left, ...model }: ChurnModel): Uint8Array {
  const packed: Packed = {
    ...model,
    kind: 'churn',
    left: model.left,
    bags: model.bags.map(({ base, trees }) => ({
      base,
      trees: trees.map((tree) => [
        [...tree.feature],
        [...tree.threshold],
        [...tree.left],
        [...tree.right],
        [...tree.value],
        [...tree.cover],
      ]),
    })),
  };
  return new TextEncoder().encode(JSON.stringify(packed));
}

/** The model again; undefined for what this version of Weir did not write. */
export function unpackChurn(bytes: Uint8Array): ChurnModel | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (!isPacked(value)) return undefined;
  return {
    space: value.space,
    calibration: value.calibration,
    backtest: value.backtest,
    customers: value.customers,
    left: value.left,
    outOfFold: new Float64Array(0),
    bags: value.bags.map(({ base, trees }) => ({
      base,
      trees: trees.map(([feature, threshold, left, right, leaf, cover]) => ({
        feature: Int16Array.from(feature ?? []),
        threshold: Uint8Array.from(threshold ?? []),
        left: Int16Array.from(left ?? []),
        right: Int16Array.from(right ?? []),
        value: Float64Array.from(leaf ?? []),
        cover: Float64Array.from(cover ?? []),
      })),
    })),
  };
}

/** Objects of the registry are checked by digest when they are read and written by us alone: the shape of the top is enough. */
function isPacked(value: unknown): value is Packed {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    value.kind === 'churn' &&
    'bags' in value &&
    Array.isArray(value.bags) &&
    'space' in value &&
    typeof value.space === 'object'
  );
}
