import { createRandom } from '../../platform/time/random.ts';
import type { Country } from './network.ts';

/** Two of three viewers are signed in somewhere that knows their age and gender. */
const knownShare = 0.66;
const ages = [
  ['13-17', 0.09],
  ['18-24', 0.27],
  ['25-34', 0.31],
  ['35-44', 0.17],
  ['45-54', 0.09],
  ['55-64', 0.05],
  ['65+', 0.02],
] as const;
const devices = [
  ['phone', 0.56],
  ['computer', 0.19],
  ['tv', 0.15],
  ['tablet', 0.08],
  ['console', 0.02],
] as const;
const languages: Readonly<Record<string, string>> = {
  DE: 'de',
  BR: 'pt',
  FR: 'fr',
  JP: 'ja',
  MX: 'es',
  ES: 'es',
  KR: 'ko',
  PL: 'pl',
  IN: 'hi',
  ID: 'id',
};

/** Who a made-up person is: the same in every event of theirs, whenever it is made. */
export function demographicsOf(user: string, country: Country['code']): Readonly<Record<string, string>> {
  const random = createRandom(`person/${user}`);
  const isKnown = random.next() < knownShare;
  const [age, gender, device, region] = [random.next(), random.next(), random.next(), random.int(4)];
  return {
    ...(isKnown
      ? { age_band: drawn(ages, age), gender: gender < 0.47 ? 'female' : gender < 0.97 ? 'male' : 'other' }
      : {}),
    device_type: drawn(devices, device),
    language: languages[country] ?? 'en',
    region: `${country}-${['north', 'east', 'south', 'west'][region] ?? 'north'}`,
  };
}

function drawn(shares: readonly (readonly [string, number])[], u: number): string {
  let left = u;
  for (const [name, share] of shares) {
    left -= share;
    if (left < 0) return name;
  }
  return shares[0]?.[0] ?? '';
}
