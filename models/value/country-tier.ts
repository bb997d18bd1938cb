/** Tiers of the seeds by what advertisers pay: 1 US, UK, CA, AU; 2 European Union, Japan, Korea; 3 the rest. A default, and learned from then on. */
const first: ReadonlySet<string> = new Set(['US', 'GB', 'CA', 'AU']);
const second: ReadonlySet<string> = new Set(
  'AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE JP KR'.split(' '),
);

export function tierOf(country: string): 1 | 2 | 3 {
  return first.has(country) ? 1 : second.has(country) ? 2 : 3;
}
