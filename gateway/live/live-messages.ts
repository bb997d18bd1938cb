import { Type, type Static } from '@sinclair/typebox';
import { rollups, windowSizes } from '../../platform/contracts/kpi.ts';
import type { LiveCounters, LivePart } from '../../platform/contracts/live.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';

/** Checks of what streams publishes; the contract itself is in platform/contracts/live.ts. */

const Numbers = Type.Record(Type.String(), Type.Number());

const LivePartSchema = Type.Object({
  tenant: Type.String(),
  part: Type.Integer({ minimum: 0, maximum: 65_535 }),
  seq: Type.Number(),
  watermarkMs: Type.Union([Type.Number(), Type.Null()]),
  updates: Type.Array(
    Type.Object({
      rollup: Type.Union(rollups.map((rollup) => Type.Literal(rollup))),
      dim: Type.String(),
      window: Type.Union(windowSizes.map((window) => Type.Literal(window))),
      windowStartMs: Type.Number(),
      revision: Type.Number(),
      state: Type.Object({
        sums: Numbers,
        mins: Numbers,
        maxs: Numbers,
        uniques: Type.Record(Type.String(), Type.String()),
        quantiles: Type.Record(Type.String(), Type.String()),
      }),
    }),
  ),
});

const LiveCountersSchema = Type.Object({
  tenant: Type.String(),
  part: Type.Integer({ minimum: 0, maximum: 65_535 }),
  seq: Type.Number(),
  stored: Type.Number(),
  duplicates: Type.Number(),
  late: Type.Number(),
  watermarkMs: Type.Union([Type.Number(), Type.Null()]),
  appliedReceivedAtMs: Type.Union([Type.Number(), Type.Null()]),
});

const partCodec = createJsonCodec(LivePartSchema);
const countersCodec = createJsonCodec(LiveCountersSchema);

/** A part update, or undefined when the bytes are none. JSON writes −Infinity, "no event yet", as null. */
export function readLivePart(bytes: Uint8Array): LivePart | undefined {
  const decoded = partCodec.decode(bytes);
  return decoded.ok ? withNumbers(decoded.value) : undefined;
}

export function readLiveCounters(bytes: Uint8Array): LiveCounters | undefined {
  const decoded = countersCodec.decode(bytes);
  if (!decoded.ok) return undefined;
  const { watermarkMs, appliedReceivedAtMs, ...rest } = decoded.value;
  return {
    ...rest,
    watermarkMs: watermarkMs ?? Number.NEGATIVE_INFINITY,
    appliedReceivedAtMs: appliedReceivedAtMs ?? Number.NEGATIVE_INFINITY,
  };
}

function withNumbers(part: Static<typeof LivePartSchema>): LivePart {
  return { ...part, watermarkMs: part.watermarkMs ?? Number.NEGATIVE_INFINITY };
}
