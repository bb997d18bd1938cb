import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { grains, type Grain } from './view-state.ts';

const lengths: readonly Grain[] = ['1m', '1h', '1d', '1mo'];

/** Grains a KPI has values in. */
export function grainsOf(kpi: Pick<KpiDefinition, 'windows'>): readonly Grain[] {
  const { windows } = kpi;
  return windows === undefined ? grains : lengths.filter((grain) => windows.includes(grain));
}

/** The grain to show a KPI in: the one asked for where it has values in it, else the next longer, else its longest. */
export function grainOf(kpi: Pick<KpiDefinition, 'windows'>, asked: Grain): Grain {
  const known = grainsOf(kpi);
  if (known.includes(asked)) return asked;
  const longer = known.find((grain) => lengths.indexOf(grain) > lengths.indexOf(asked));
  return longer ?? known.at(-1) ?? asked;
}
