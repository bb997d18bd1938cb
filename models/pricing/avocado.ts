import { readFileSync } from 'node:fs';
import type { PriceObservation } from './observation.ts';

/** Regions that are sums of other markets of the file: kept, they would count sales twice. */
const AGGREGATES: ReadonlySet<string> = new Set([
  'TotalUS',
  'West',
  'Southeast',
  'Northeast',
  'Midsouth',
  'SouthCentral',
  'Plains',
  'GreatLakes',
  'California',
  'WestTexNewMexico',
]);

/** Weekly avocado sales (Hass Avocado Board) by market and type. No field has a comma in it. */
export function readAvocado(path: string): PriceObservation[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const at = (name: string): number => names.indexOf(name);
  return lines.flatMap((line) => {
    const fields = line.split(',');
    const market = fields[at('region')] ?? '';
    if (AGGREGATES.has(market)) return [];
    return [
      {
        segment: fields[at('type')] ?? '',
        market,
        weekMs: Date.parse(fields[at('Date')] ?? ''),
        price: Number(fields[at('AveragePrice')]),
        volume: Number(fields[at('TotalVolume')]),
      },
    ];
  });
}
