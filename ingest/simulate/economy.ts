import type { Category } from './network.ts';

/** Amounts in cents with their weights. */
export type Prices = readonly (readonly [minor: number, weight: number])[];

/** Something viewers do besides watching, with its mean frequency. */
export interface Habit {
  readonly key: string;
  readonly type: string;
  /** Mean number per view. */
  readonly perView: number;
  /** Share that is kept by category; 1 when absent. */
  readonly appeal?: Partial<Readonly<Record<Category, number>>>;
  /** What it pays, for revenue. */
  readonly prices?: Prices;
  /** Revenue stream of the money. */
  readonly stream?: string;
  /** Field with the number of units, where a history event stands for several. */
  readonly countField?: 'quantity' | 'count';
  readonly extra?: Readonly<Record<string, string | number>>;
}

/** Views one `ad_impression` event stands for, and ads shown per view. */
export const viewsPerAdEvent = 10;
export const adsPerView = 1.6;
/** Views one `click` event stands for; impressions follow from the video's click-through rate. */
export const viewsPerClickEvent = 16;
export const sponsors = ['northwind-hosting', 'kettle-tea', 'orbit-keyboards', 'paperline'] as const;
export const products = ['template-pack', 'field-guide', 'preset-bundle', 'workbook'] as const;

/**
 * All habits. The frequencies are set so that the network lies near the targets of the KPI catalogue: conversion near 3% of
 * commercial clicks, engagement near 5% of views, revenue near 12 dollars per 1,000 views.
 */
export const habits: readonly Habit[] = [
  { key: 'like', type: 'engagement', perView: 0.034, countField: 'count', extra: { kind: 'like' } },
  { key: 'comment', type: 'engagement', perView: 0.006, countField: 'count', extra: { kind: 'comment' } },
  { key: 'dislike', type: 'engagement', perView: 0.0015, countField: 'count', extra: { kind: 'dislike' } },
  { key: 'share', type: 'share', perView: 0.008, countField: 'count' },
  { key: 'subscribe', type: 'subscription', perView: 0.004, countField: 'count' },
  { key: 'unsubscribe', type: 'subscription', perView: 0.0009, countField: 'count', extra: { count: -1 } },
  {
    key: 'sponsor-click',
    type: 'sponsor_click',
    perView: 0.003,
    stream: 'sponsorship',
    prices: [
      [15, 4],
      [25, 4],
      [45, 2],
    ],
  },
  { key: 'affiliate-click', type: 'affiliate_click', perView: 0.0077 },
  {
    key: 'affiliate-sale',
    type: 'product_sale',
    perView: 0.00015,
    stream: 'affiliate',
    countField: 'quantity',
    prices: [
      [120, 5],
      [300, 3],
      [700, 2],
    ],
  },
  {
    key: 'product-sale',
    type: 'product_sale',
    perView: 0.00012,
    stream: 'product_sales',
    countField: 'quantity',
    prices: [
      [700, 44],
      [1200, 34],
      [1900, 14],
      [4900, 5],
      // A refund: money goes back.
      [-1200, 3],
    ],
  },
  {
    key: 'merchandise',
    type: 'merchandise_sale',
    perView: 0.00006,
    appeal: { finance: 0.2, education: 0.5 },
    stream: 'merchandise',
    countField: 'quantity',
    prices: [
      [1200, 3],
      [1800, 4],
      [2600, 3],
    ],
  },
  {
    key: 'tip',
    type: 'tip',
    perView: 0.0003,
    stream: 'tips',
    prices: [
      [100, 10],
      [200, 5],
      [500, 4],
      [1000, 1],
    ],
  },
  {
    key: 'super-chat',
    type: 'super_chat',
    perView: 0.0006,
    appeal: { finance: 0.1, technology: 0.3, education: 0.1, entertainment: 0.6 },
    stream: 'super_chat',
    prices: [
      [200, 6],
      [500, 3],
      [1000, 1],
    ],
  },
  {
    key: 'membership',
    type: 'membership',
    perView: 0.00018,
    stream: 'memberships',
    prices: [
      [199, 50],
      [499, 35],
      [999, 15],
    ],
    extra: { level: 'supporter' },
  },
];

/** Costs beside production, as shares of the mean revenue of the network. */
export const adSpendShare = 0.17;
export const apiCostShare = 0.03;
export const hostingShare = 0.05;
/** Mean revenue of 1,000 views in cents, for sizing costs. */
export const meanRevenuePerThousandViewsMinor = 1200;

export function appealOf(habit: Habit, category: Category): number {
  return habit.appeal?.[category] ?? 1;
}

/** Mean of a price list in cents. */
export function meanPrice(prices: Prices): number {
  const weight = prices.reduce((sum, [, each]) => sum + each, 0);
  return prices.reduce((sum, [minor, each]) => sum + minor * each, 0) / weight;
}

/** A price drawn by `u` in [0, 1). */
export function drawPrice(prices: Prices, u: number): number {
  let left = u * prices.reduce((sum, [, weight]) => sum + weight, 0);
  for (const [minor, weight] of prices) {
    left -= weight;
    if (left < 0) return minor;
  }
  return prices.at(-1)?.[0] ?? 0;
}

/** Events of all kinds an average view brings along, itself included. */
export const eventsPerView =
  1 + 1 / viewsPerAdEvent + 1 / viewsPerClickEvent + habits.reduce((sum, habit) => sum + habit.perView, 0);
