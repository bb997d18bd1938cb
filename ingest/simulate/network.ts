/** The simulated creator network: who publishes, who watches, from where. Invented; any likeness is by chance. */

export type Category = 'finance' | 'technology' | 'education' | 'entertainment' | 'gaming';

/** Tier of a country by what advertisers pay there (SYSTEMS row A8). */
export type Tier = 1 | 2 | 3;

export interface Country {
  readonly code: string;
  readonly tier: Tier;
  /** Offset from UTC in hours, winter time all year: a simulation needs no time zone database. */
  readonly utcOffsetHours: number;
  /** Share of the network's audience; all shares sum to 1. */
  readonly share: number;
}

export const countries: readonly Country[] = [
  { code: 'US', tier: 1, utcOffsetHours: -5, share: 0.26 },
  { code: 'GB', tier: 1, utcOffsetHours: 0, share: 0.08 },
  { code: 'DE', tier: 1, utcOffsetHours: 1, share: 0.07 },
  { code: 'CA', tier: 1, utcOffsetHours: -5, share: 0.05 },
  { code: 'AU', tier: 1, utcOffsetHours: 10, share: 0.04 },
  { code: 'BR', tier: 2, utcOffsetHours: -3, share: 0.08 },
  { code: 'FR', tier: 2, utcOffsetHours: 1, share: 0.05 },
  { code: 'JP', tier: 2, utcOffsetHours: 9, share: 0.05 },
  { code: 'MX', tier: 2, utcOffsetHours: -6, share: 0.05 },
  { code: 'ES', tier: 2, utcOffsetHours: 1, share: 0.04 },
  { code: 'KR', tier: 2, utcOffsetHours: 9, share: 0.03 },
  { code: 'PL', tier: 2, utcOffsetHours: 1, share: 0.03 },
  { code: 'IN', tier: 3, utcOffsetHours: 5.5, share: 0.11 },
  { code: 'PH', tier: 3, utcOffsetHours: 8, share: 0.03 },
  { code: 'ID', tier: 3, utcOffsetHours: 7, share: 0.03 },
];

export interface Channel {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  /** Audience relative to the average channel. */
  readonly audience: number;
  /** Mean videos a day. */
  readonly launchesPerDay: number;
  /** Where its makers live: sets the hour of its launches and draws a part of its audience. */
  readonly home: string;
}

export const channels: readonly Channel[] = [
  {
    id: 'ledger-lane',
    name: 'Ledger Lane',
    category: 'finance',
    audience: 0.8,
    launchesPerDay: 2.2,
    home: 'US',
  },
  {
    id: 'plain-money',
    name: 'Plain Money',
    category: 'finance',
    audience: 0.5,
    launchesPerDay: 1.8,
    home: 'GB',
  },
  {
    id: 'circuit-notes',
    name: 'Circuit Notes',
    category: 'technology',
    audience: 1.5,
    launchesPerDay: 2.6,
    home: 'US',
  },
  {
    id: 'patch-day',
    name: 'Patch Day',
    category: 'technology',
    audience: 0.9,
    launchesPerDay: 3,
    home: 'DE',
  },
  {
    id: 'bench-lab',
    name: 'Bench Lab',
    category: 'technology',
    audience: 0.6,
    launchesPerDay: 1.6,
    home: 'CA',
  },
  {
    id: 'proof-by-picture',
    name: 'Proof by Picture',
    category: 'education',
    audience: 1.1,
    launchesPerDay: 1.7,
    home: 'GB',
  },
  { id: 'old-maps', name: 'Old Maps', category: 'education', audience: 0.7, launchesPerDay: 2, home: 'FR' },
  {
    id: 'cell-count',
    name: 'Cell Count',
    category: 'education',
    audience: 0.6,
    launchesPerDay: 2.1,
    home: 'IN',
  },
  {
    id: 'late-table',
    name: 'Late Table',
    category: 'entertainment',
    audience: 1.6,
    launchesPerDay: 3.2,
    home: 'US',
  },
  {
    id: 'studio-nine',
    name: 'Studio Nine',
    category: 'entertainment',
    audience: 1,
    launchesPerDay: 3,
    home: 'BR',
  },
  {
    id: 'save-point',
    name: 'Save Point',
    category: 'gaming',
    audience: 1.5,
    launchesPerDay: 3.4,
    home: 'JP',
  },
  {
    id: 'speed-route',
    name: 'Speed Route',
    category: 'gaming',
    audience: 1.2,
    launchesPerDay: 3,
    home: 'US',
  },
];

/** What titles of a category are made of. */
export const subjects: Readonly<Record<Category, readonly string[]>> = {
  finance: [
    'index funds',
    'the yield curve',
    'first mortgage',
    'quarterly earnings',
    'tax year',
    'side income',
  ],
  technology: [
    'a new laptop',
    'home servers',
    'open firmware',
    'camera sensors',
    'a small language model',
    'battery life',
  ],
  education: [
    'prime numbers',
    'river deltas',
    'the printing press',
    'immune cells',
    'orbital mechanics',
    'trade routes',
  ],
  entertainment: [
    'a midnight kitchen',
    'the worst movie',
    'street music',
    'a blind date',
    'one-take sketches',
    'fan letters',
  ],
  gaming: [
    'a perfect run',
    'the hidden boss',
    'a fresh patch',
    'speedrun glitches',
    'an indie gem',
    'the final raid',
  ],
};

/** Ways to talk about a subject; with the subjects enough for titles that differ from day to day. */
export const angles: readonly string[] = [
  'What nobody tells you about {}',
  '{}, explained in ten minutes',
  'We tried {} for a week',
  'The truth about {}',
  'How {} really works',
  'Five mistakes with {}',
];

/** How much of a channel's audience is drawn from its home country beyond that country's share. */
const homeDraw = 0.25;

/** Share of each country, in the order of `countries`, in the audience of a channel; sums to 1. */
export function audienceMix(channel: Channel): readonly number[] {
  return countries.map(({ code, share }) => (1 - homeDraw) * share + (code === channel.home ? homeDraw : 0));
}
