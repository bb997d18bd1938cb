import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { PriceTestRecord, PriceTestRequest } from '../../platform/contracts/pricing.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { newPriceTest, stepOffer, stepOutcome, viewPriceTest } from '../pricing/test-record.ts';

export interface PriceTests {
  act(tenant: string, act: PriceTestRequest['act']): Promise<unknown>;
}

const MAX_TESTS = 100;

/**
 * Live price tests as records. Every change is a pure step under compare-and-set: two shops asking at once get two offers, and an offer is counted before
 * it is told, so a crash in between costs one offer that nobody saw.
 */
export function createPriceTests(records: KvMirror<PriceTestRecord>, clock: Clock): PriceTests {
  const change = async (
    tenant: string,
    id: string,
    step: (record: PriceTestRecord) => PriceTestRecord,
  ): Promise<PriceTestRecord> => {
    const stored = await records.update(`${tenant}.${id}`, (record) =>
      record === undefined ? undefined : step(record),
    );
    if (stored === undefined) throw new WeirError('PRICE_TEST_NOT_FOUND', `There is no price test ${id}.`);
    return stored;
  };
  const known = (id: string): string => {
    if (!/^test_[A-Za-z0-9]{16}$/.test(id))
      throw new WeirError('PRICE_TEST_NOT_FOUND', 'There is no such price test.');
    return id;
  };
  const ofTenant = (tenant: string): PriceTestRecord[] =>
    records
      .values()
      .filter((record) => record.tenant === tenant)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs);
  return {
    act: async (tenant, act) => {
      switch (act.kind) {
        case 'list':
          return { tests: ofTenant(tenant).map(viewPriceTest) };
        case 'create': {
          if (ofTenant(tenant).length >= MAX_TESTS)
            throw new WeirError('GATEWAY_LIMIT_REACHED', `At most ${MAX_TESTS} price tests are kept.`);
          const record = newPriceTest(tenant, `test_${randomBase62(16)}`, act.wish, clock.nowMs());
          await records.create(`${tenant}.${record.id}`, record);
          return viewPriceTest(record);
        }
        case 'offer': {
          let told: unknown;
          await change(tenant, known(act.id), (record) => {
            const [next, offer] = stepOffer(record);
            told = offer;
            return next;
          });
          return told;
        }
        case 'outcome':
          return viewPriceTest(
            await change(tenant, known(act.id), (record) => stepOutcome(record, act.offer, act.bought)),
          );
        case 'stop':
          return viewPriceTest(
            await change(tenant, known(act.id), (record) => ({ ...record, state: 'stopped', open: [] })),
          );
      }
    },
  };
}
