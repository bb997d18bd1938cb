import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Kv } from '../../platform/bus/kv.ts';
import type { ChangeTarget } from '../../platform/contracts/outbox.ts';
import { seedTiers, type TierSet } from '../../platform/contracts/pricing.ts';
import { createChangeExecutor } from './change.ts';
import type { Executor } from './executor.ts';

const ofTier = 'tier/';

/**
 * A price as a change that a connector applies. Tiers are Weir's own: their new base is written where the pricing screen and the quotes read
 * it, after the change; killed in between, the same action writes it again.
 */
export function createPriceExecutor(changes: Kv<ChangeTarget>, tiers: KvMirror<TierSet>): Executor {
  const inner = createChangeExecutor('price', changes);
  return {
    kind: 'price',
    execute: async (execution) => {
      const result = await inner.execute(execution);
      const target = String(execution.params['target']);
      if (!result.ok || !target.startsWith(ofTier)) return result;
      const { item, params, undoOf } = execution;
      const base = undoOf === undefined ? params['to'] : params['from'];
      if (typeof base !== 'number' || !(base >= 0)) return result;
      const name = target.slice(ofTier.length);
      await tiers.update(item.tenant, (current) => {
        const known = current?.tiers ?? [...seedTiers];
        if (!known.some((tier) => tier.name === name && tier.base !== base)) return undefined;
        const next = known.map((tier) => (tier.name === name ? { ...tier, base } : tier));
        return { tiers: next.toSorted((a, b) => a.base - b.base) };
      });
      return result;
    },
  };
}
