import type { Boosted } from '../trees/boost.ts';

/** Trees over feature frames, with the edges their features were binned by. */
export interface BoostedModel {
  readonly features: readonly string[];
  readonly edges: readonly (readonly number[])[];
  readonly boosted: Boosted;
}

export interface NeuralModel {
  readonly input: number;
  readonly horizon: number;
  readonly weights: readonly Float32Array[];
}

/** What a training leaves: everything that is not fitted anew with every forecast. */
export interface LearnedModel {
  readonly members: readonly string[];
  readonly boosted: BoostedModel | undefined;
  readonly neural: NeuralModel | undefined;
  /** End of the history the learned members were trained on. */
  readonly trainedUntilMs: number;
  /** Weights of the members by series and band of the horizon. */
  readonly weights: Readonly<Record<string, readonly (readonly number[])[]>>;
}

interface Packed {
  readonly members: readonly string[];
  readonly boosted?: {
    readonly features: readonly string[];
    readonly edges: readonly (readonly number[])[];
    readonly base: number;
    readonly trees: readonly (readonly (readonly number[])[])[];
  };
  readonly neural?: { readonly input: number; readonly horizon: number; readonly weights: readonly string[] };
  readonly trainedUntilMs: number;
  readonly weights: LearnedModel['weights'];
}

/** As bytes for the registry: JSON, the network's weights as base64 of little-endian floats. */
export function packModel(model: LearnedModel): Uint8Array {
  const { boosted, neural } = model;
  const packed: Packed = {
    members: model.members,
    trainedUntilMs: model.trainedUntilMs,
    weights: model.weights,
    ...(boosted === undefined
      ? {}
      : {
          boosted: {
            features: boosted.features,
            edges: boosted.edges,
            base: boosted.boosted.base,
            trees: boosted.boosted.trees.map((tree) => [
              [...tree.feature],
              [...tree.threshold],
              [...tree.left],
              [...tree.right],
              [...tree.value],
              [...tree.cover],
            ]),
          },
        }),
    ...(neural === undefined
      ? {}
      : {
          neural: {
            input: neural.input,
            horizon: neural.horizon,
            weights: neural.weights.map((w) =>
              Buffer.from(w.buffer, w.byteOffset, w.byteLength).toString('base64'),
            ),
          },
        }),
  };
  return new TextEncoder().encode(JSON.stringify(packed));
}

/** The model again; undefined for what this version of Weir did not write. */
export function unpackModel(bytes: Uint8Array): LearnedModel | undefined {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
  if (!isPacked(value)) return undefined;
  const { boosted, neural } = value;
  return {
    members: value.members,
    trainedUntilMs: value.trainedUntilMs,
    weights: value.weights,
    boosted:
      boosted === undefined
        ? undefined
        : {
            features: boosted.features,
            edges: boosted.edges,
            boosted: {
              base: boosted.base,
              trees: boosted.trees.map(([feature, threshold, left, right, leaf, cover]) => ({
                feature: Int16Array.from(feature ?? []),
                threshold: Uint8Array.from(threshold ?? []),
                left: Int16Array.from(left ?? []),
                right: Int16Array.from(right ?? []),
                value: Float64Array.from(leaf ?? []),
                cover: Float64Array.from(cover ?? []),
              })),
            },
          },
    neural:
      neural === undefined
        ? undefined
        : {
            input: neural.input,
            horizon: neural.horizon,
            weights: neural.weights.map((text) => {
              const bytesOf = Buffer.from(text, 'base64');
              const copy = new Uint8Array(bytesOf.byteLength);
              copy.set(bytesOf);
              return new Float32Array(copy.buffer);
            }),
          },
  };
}

/** Objects of the registry are checked by digest when they are read and written by us alone: the shape of the top is enough. */
function isPacked(value: unknown): value is Packed {
  return (
    typeof value === 'object' &&
    value !== null &&
    'members' in value &&
    Array.isArray(value.members) &&
    'trainedUntilMs' in value &&
    typeof value.trainedUntilMs === 'number' &&
    'weights' in value &&
    typeof value.weights === 'object'
  );
}
