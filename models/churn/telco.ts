import { readFileSync } from 'node:fs';
import type { CustomerRow } from './features.ts';

export interface Customers {
  readonly rows: readonly CustomerRow[];
  readonly left: readonly boolean[];
  readonly columns: readonly string[];
}

const NUMBERS: ReadonlySet<string> = new Set(['tenure', 'MonthlyCharges', 'TotalCharges', 'SeniorCitizen']);

/** Reads the Telco customers (IBM sample data): customers that come twice once, blank charges as missing. No field has a comma in it. */
export function readTelco(path: string): Customers {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split(/\r?\n/);
  const names = head.split(',');
  const seen = new Set<string>();
  const rows: CustomerRow[] = [];
  const left: boolean[] = [];
  for (const line of lines) {
    const fields = line.split(',');
    const row = Object.fromEntries(
      names.map((name, i) => {
        const text = fields[i]?.trim() ?? '';
        return [name, NUMBERS.has(name) ? (text === '' ? null : Number(text)) : text];
      }),
    );
    const id = String(row['customerID']);
    if (seen.has(id)) continue;
    seen.add(id);
    rows.push(row);
    left.push(row['Churn'] === 'Yes');
  }
  return { rows, left, columns: names.filter((name) => name !== 'customerID' && name !== 'Churn') };
}
