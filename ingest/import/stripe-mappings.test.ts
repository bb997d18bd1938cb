import { TypeCompiler } from '@sinclair/typebox/compiler';
import { expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { loadShippedMapping } from './adapters/mapping-files.ts';
import { compileMapping } from './compile-mapping.ts';
import { createRowStep } from './row-mapper.ts';

const START_S = Date.UTC(2026, 2, 1) / 1_000;

/** A subscription as Stripe sends it since 2025-03-31, cut down to what matters. */
const subscription = {
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_9',
  status: 'trialing',
  currency: 'usd',
  start_date: START_S - 86_400,
  trial_end: START_S + 14 * 86_400,
  ended_at: null,
  discounts: [
    { coupon: { percent_off: 20, amount_off: null, duration: 'repeating' }, end: START_S + 7_776_000 },
  ],
  items: {
    data: [
      {
        quantity: 3,
        current_period_end: START_S + 14 * 86_400,
        price: {
          id: 'price_growth',
          unit_amount: 29_700,
          recurring: { interval: 'month', interval_count: 1, usage_type: 'licensed' },
        },
      },
    ],
  },
};
const invoice = {
  id: 'in_1',
  customer: 'cus_9',
  amount_paid: 71_280,
  currency: 'usd',
  customer_address: { country: 'DE' },
  parent: { subscription_details: { subscription: 'sub_1' } },
};

async function mapped(format: string, type: string, object: object) {
  const step = createRowStep(compileMapping(await loadShippedMapping(format)), 10);
  const cells = { id: 'evt_1', type, created: START_S, data: { object } };
  return step({ line: 1, raw: JSON.stringify(cells), cells });
}

test.each([
  [
    'stripe-subscription-created',
    'customer.subscription.created',
    subscription,
    'subscription_started',
    {
      user_id: 'cus_9',
      subscription_id: 'sub_1',
      status: 'trialing',
      plan: 'price_growth',
      unit_amount_minor: 29_700,
      quantity: 3,
      currency: 'usd',
      interval: 'month',
      interval_count: 1,
      discount_percent: 20,
      discount_duration: 'repeating',
      discount_end: '2026-05-30T00:00:00.000Z',
      trial_end: '2026-03-15T00:00:00.000Z',
      current_period_end: '2026-03-15T00:00:00.000Z',
      effective_at: '2026-02-28T00:00:00.000Z',
    },
  ],
  [
    'stripe-subscription-updated',
    'customer.subscription.updated',
    { ...subscription, status: 'past_due', discounts: [], trial_end: null },
    'subscription_changed',
    {
      user_id: 'cus_9',
      subscription_id: 'sub_1',
      status: 'past_due',
      plan: 'price_growth',
      unit_amount_minor: 29_700,
      quantity: 3,
      currency: 'usd',
      interval: 'month',
      interval_count: 1,
      current_period_end: '2026-03-15T00:00:00.000Z',
    },
  ],
  [
    'stripe-subscription-deleted',
    'customer.subscription.deleted',
    { ...subscription, ended_at: START_S - 60, cancellation_details: { reason: 'payment_failed' } },
    'subscription_cancelled',
    {
      user_id: 'cus_9',
      subscription_id: 'sub_1',
      reason: 'payment_failed',
      effective_at: '2026-02-28T23:59:00.000Z',
    },
  ],
  [
    'stripe-invoice-paid',
    'invoice.paid',
    invoice,
    'subscription_payment',
    { user_id: 'cus_9', subscription_id: 'sub_1', amount_minor: 71_280, currency: 'usd', country: 'DE' },
  ],
])('%s makes of %s an event of the catalogue', async (format, type, object, made, data) => {
  const result = await mapped(format, type, object);
  expect(result).toEqual({
    kind: 'events',
    isCorrection: false,
    events: [{ id: 'evt_1', source: 'stripe', type: made, time: '2026-03-01T00:00:00.000Z', data }],
  });
  const spec = eventCatalogue.find((each) => each.type === made);
  expect(spec !== undefined && TypeCompiler.Compile(spec.data).Check(data)).toBe(true);
});

test('leaves out events of other types, and refuses one without a customer', async () => {
  expect(await mapped('stripe-invoice-paid', 'invoice.voided', invoice)).toMatchObject({ kind: 'skipped' });
  expect(await mapped('stripe-invoice-paid', 'invoice.paid', { ...invoice, customer: null })).toMatchObject({
    kind: 'refused',
  });
});
