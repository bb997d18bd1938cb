import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import type { Slide } from '../../platform/contracts/render-params.ts';
import type { Tenant } from '../../platform/contracts/tenant.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { kpisOf } from '../../platform/kpi/kpis-of.ts';
import { createWindowClock } from '../../platform/kpi/window-time.ts';
import type { Store } from '../../platform/store/store.ts';
import { relative } from '../report/model.ts';
import { createWords, NONE, type Words } from '../text/format.ts';
import type { SlideContent } from '../work/task.ts';
import { readKpiFacts } from './kpi-values.ts';

type KpiSlide = Extract<Slide, { kind: 'kpis' }>;
type Figures = Extract<SlideContent, { kind: 'figures' }>['figures'];

/** Reads the figures of a slide of KPIs. Throws RENDER_PARAMS_INVALID. */
export type ReadFigures = (tenant: Tenant, slide: KpiSlide) => Promise<Figures>;

const MAX_DAYS = 400;

/** Values over whole days of the tenant's zone, each beside as many days before. */
export function createReadFigures(deps: {
  readonly store: Store;
  readonly kpis: KvMirror<KpiDefinition>;
}): ReadFigures {
  return async (tenant, slide) => {
    const clock = createWindowClock(tenant.timeZone);
    const fromMs = clock.start('1d', slide.fromMs);
    let toMs = fromMs;
    let beforeMs = fromMs;
    for (let days = 0; toMs < slide.toMs; days += 1) {
      if (days >= MAX_DAYS)
        throw new WeirError('RENDER_PARAMS_INVALID', `A slide covers at most ${MAX_DAYS} days.`);
      toMs = clock.end('1d', toMs);
      beforeMs = clock.start('1d', beforeMs - 1);
    }
    if (toMs === fromMs) throw new WeirError('RENDER_PARAMS_INVALID', 'The days of the slide are empty.');
    const own = deps.kpis
      .keys()
      .flatMap((key) => (key.startsWith(`${tenant.id}.`) ? (deps.kpis.get(key) ?? []) : []));
    const known = new Map(kpisOf(own).map((definition) => [definition.key, definition]));
    const wanted = slide.kpis.map((key) => {
      const definition = known.get(key);
      if (definition === undefined) throw new WeirError('RENDER_PARAMS_INVALID', `There is no KPI "${key}".`);
      return definition;
    });
    const now = await readKpiFacts(deps.store, tenant, wanted, fromMs, toMs);
    const before = await readKpiFacts(deps.store, tenant, wanted, beforeMs, fromMs);
    const words = createWords(tenant.currency, tenant.timeZone);
    return wanted.map((definition) => {
      const value = now.get(definition.key) ?? null;
      const prior = before.get(definition.key) ?? null;
      return {
        label: definition.title.slice(0, 60),
        value: headlineOf(value, definition, words),
        note: noteOf(value, prior, definition, words),
      };
    });
  };
}

function headlineOf(value: number | null, { unit }: KpiDefinition, words: Words): string {
  if (value === null) return NONE;
  if (unit === 'currency' && Math.abs(value) >= 100) return words.moneyHeadline(value * words.scale);
  return unit === 'count' ? words.countHeadline(value) : words.value(value, unit);
}

function noteOf(value: number | null, prior: number | null, definition: KpiDefinition, words: Words): string {
  if (value === null) return 'no value over these days';
  const by = relative(value, prior);
  if (by === null || prior === null) return 'no comparison';
  const way = by > 0 ? 'up' : by < 0 ? 'down' : 'same';
  return `${way} ${words.percent(Math.abs(by))} from ${headlineOf(prior, definition, words)}`;
}
