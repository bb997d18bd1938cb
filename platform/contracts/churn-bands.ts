import { Type, type Static } from '@sinclair/typebox';
import { churnBandNames, ChurnBandName } from './customers.ts';

/** From which probability on a customer is in a band, and what is done about it. */
export const ChurnBand = Type.Object(
  {
    band: ChurnBandName,
    from: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Lowest probability of the band; 0 of the lowest',
    }),
    campaign: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 6 }),
    discount: Type.Number({ minimum: 0, maximum: 0.9, description: 'Share taken off the price' }),
  },
  { additionalProperties: false },
);
export type ChurnBand = Static<typeof ChurnBand>;

/** KV `churnbands`, key `<tenant>`: bands and campaigns of a tenant, least risk first. */
export const ChurnBands = Type.Object(
  { bands: Type.Array(ChurnBand, { minItems: 4, maxItems: 4 }) },
  { additionalProperties: false },
);
export type ChurnBands = Static<typeof ChurnBands>;

/** Those of the product's first description, in force until a tenant sets its own. */
export const defaultChurnBands: ChurnBands = {
  bands: [
    { band: 'low', from: 0, campaign: [], discount: 0 },
    { band: 'medium', from: 0.3, campaign: ['gentle reminder', 'feature highlights'], discount: 0 },
    { band: 'high', from: 0.5, campaign: ['email', 'in-app message'], discount: 0.2 },
    { band: 'critical', from: 0.7, campaign: ['email', 'SMS', 'personal outreach'], discount: 0.3 },
  ],
};

/** What is wrong with bands that fit the schema; undefined for nothing. */
export function churnBandsFault({ bands }: ChurnBands): string | undefined {
  for (const [i, { band, campaign, discount, from }] of bands.entries()) {
    const name = churnBandNames[i];
    if (band !== name)
      return `Band ${i + 1} must be ${name}: the bands are ${churnBandNames.join(', ')}, in this order.`;
    const before = bands[i - 1];
    if (i === 0 && from !== 0) return 'The band low begins at 0: everybody must be in a band.';
    if (before !== undefined && !(from > before.from))
      return `The band ${band} must begin above ${before.band}, which begins at ${before.from}.`;
    if (discount > 0 && campaign.length === 0)
      return `The band ${band} has a discount and no campaign that would tell of it.`;
    if (campaign.some((each) => each.trim() === '')) return `The band ${band} has a campaign without a name.`;
  }
  return undefined;
}
