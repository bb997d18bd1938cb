import type { Random } from '../../platform/time/random.ts';
import { adSpendShare, apiCostShare, hostingShare } from './economy.ts';
import type { EventWriter } from './event-writer.ts';
import { channels, type Channel } from './network.ts';
import { components, upMs } from './outages.ts';
import { apiCallsPerSecond, meanRevenuePerSecondMinor, type World } from './world.ts';

const healthIntervalMs = 10_000;
const spendIntervalMs = 600_000;
const hostingIntervalMs = 3_600_000;

/** Adds what comes by the clock in [fromMs, toMs): health reports, ad spend and hosting; and calls of paid APIs. */
export function periodicEvents(
  world: World,
  writer: EventWriter,
  random: Random,
  fromMs: number,
  toMs: number,
): void {
  for (const atMs of ticks(fromMs, toMs, healthIntervalMs, 0)) {
    addHealth(world, writer, random, atMs, atMs - healthIntervalMs, healthIntervalMs);
  }
  for (const [index, channel] of channels.entries()) {
    // Spread over the interval, so that not all channels book in the same second.
    const offset = (index * spendIntervalMs) / channels.length;
    for (const atMs of ticks(fromMs, toMs, spendIntervalMs, offset)) {
      addSpend(world, writer, random, channel, atMs, spendIntervalMs);
    }
    for (const atMs of ticks(fromMs, toMs, hostingIntervalMs, offset)) {
      addHosting(world, writer, channel, atMs, hostingIntervalMs);
    }
  }
  const calls = random.poisson((apiCallsPerSecond(world.config) * (toMs - fromMs)) / 1000);
  for (let i = 0; i < calls; i += 1) {
    const atMs = fromMs + Math.floor(random.next() * (toMs - fromMs));
    addApiUsage(world, writer, random, atMs, 1);
  }
}

/** A report of each component over the interval that ends at `atMs`; all of it at the same moment. */
export function addHealth(
  world: World,
  writer: EventWriter,
  random: Random,
  atMs: number,
  sinceMs: number,
  totalMs: number,
): void {
  const outages = world.outages(sinceMs, sinceMs + totalMs);
  for (const component of components) {
    writer.add('system_performance', atMs, {
      component,
      up_ms: upMs(outages, component, sinceMs, sinceMs + totalMs),
      total_ms: totalMs,
      latency_ms: Math.round(40 + 25 * random.exponential(1)),
    });
  }
}

/** Advertising of a channel over an interval, sized by its part of the network's revenue. */
export function addSpend(
  world: World,
  writer: EventWriter,
  random: Random,
  channel: Channel,
  atMs: number,
  intervalMs: number,
): void {
  const mean = adSpendShare * partOf(channel) * meanRevenuePerSecondMinor(world) * (intervalMs / 1000);
  const minor = Math.round(mean * (0.7 + 0.6 * random.next()));
  const clicks = Math.round(minor / 35);
  writer.add('ad_spend', atMs, {
    channel_id: channel.id,
    campaign: `${channel.id}-always-on`,
    amount_minor: minor,
    currency: 'USD',
    impressions: clicks * 60,
    clicks,
    conversions: Math.round(clicks * 0.04),
  });
}

export function addHosting(
  world: World,
  writer: EventWriter,
  channel: Channel,
  atMs: number,
  intervalMs: number,
): void {
  const mean = hostingShare * partOf(channel) * meanRevenuePerSecondMinor(world) * (intervalMs / 1000);
  writer.add('cost', atMs, {
    channel_id: channel.id,
    category: 'hosting',
    amount_minor: Math.round(mean),
    currency: 'USD',
  });
}

/** One event for `calls` calls. */
export function addApiUsage(
  world: World,
  writer: EventWriter,
  random: Random,
  atMs: number,
  calls: number,
): void {
  const perCall = (apiCostShare * meanRevenuePerSecondMinor(world)) / apiCallsPerSecond(world.config);
  writer.add('api_usage', atMs, {
    channel_id: random.pick(channels).id,
    units: calls,
    tokens: Math.round(calls * (400 + 1200 * random.next())),
    amount_minor: Math.round(calls * perCall * (0.6 + 0.8 * random.next())),
    currency: 'USD',
  });
}

/** Multiples of `every` plus `offset` in [fromMs, toMs). */
export function ticks(fromMs: number, toMs: number, every: number, offset: number): readonly number[] {
  const found: number[] = [];
  for (let at = Math.ceil((fromMs - offset) / every) * every + offset; at < toMs; at += every) found.push(at);
  return found;
}

/** Part of a channel in the network's audience; all parts sum to 1. */
function partOf(channel: Channel): number {
  const weight = (each: Channel): number => each.audience * each.launchesPerDay;
  return weight(channel) / channels.reduce((sum, each) => sum + weight(each), 0);
}
