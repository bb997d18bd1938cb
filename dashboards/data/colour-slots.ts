import type { Dimension } from '../../platform/contracts/kpi.ts';

/** Slot of the rest, which is no entity; in neutral grey. */
export const REST_SLOT = 9;
const SLOTS = 8;

/** Revenue streams of the catalogue keep their colours on every screen. */
const streamSlots: Readonly<Record<string, number>> = {
  ads: 1,
  sponsorship: 2,
  affiliate: 3,
  product_sales: 4,
  tips: 5,
  subscriptions: 6,
  merchandise: 7,
  memberships: 8,
  super_chat: REST_SLOT,
};

/**
 * Colour slots of what a chart shows. A stream has its own; anything else prefers one by its name, so that it has the same colour
 * in every chart in which no namesake of that colour stands beside it.
 */
export function colourSlots(
  dimension: Dimension | undefined,
  ids: readonly string[],
): ReadonlyMap<string, number> {
  const slots = new Map<string, number>();
  const taken = new Set<number>();
  const open: string[] = [];
  for (const id of ids) {
    const fixed = dimension === 'stream' ? streamSlots[id] : undefined;
    if (fixed === undefined) open.push(id);
    else {
      slots.set(id, fixed);
      taken.add(fixed);
    }
  }
  for (const id of open.toSorted()) {
    let slot = (hash(id) % SLOTS) + 1;
    for (let tries = 0; tries < SLOTS && taken.has(slot); tries += 1) slot = (slot % SLOTS) + 1;
    slots.set(id, slot);
    taken.add(slot);
  }
  return slots;
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i += 1) {
    value ^= text.charCodeAt(i);
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
}

const streamTitles: Readonly<Record<string, string>> = {
  ads: 'Ads',
  sponsorship: 'Sponsorship',
  affiliate: 'Affiliate',
  product_sales: 'Product sales',
  tips: 'Tips',
  subscriptions: 'Subscriptions',
  merchandise: 'Merchandise',
  super_chat: 'Super chat',
  memberships: 'Memberships',
};

/** What people call a value of a dimension. Events without the dimension have the value ''. */
export function dimensionTitle(dimension: Dimension, id: string, locale: string): string {
  if (id === '') return `No ${dimension}`;
  if (dimension === 'stream') return streamTitles[id] ?? id.replaceAll('_', ' ');
  if (dimension !== 'country' || !/^[A-Z]{2}$/.test(id)) return id;
  return new Intl.DisplayNames(locale, { type: 'region', fallback: 'code' }).of(id) ?? id;
}
