/** The cells of one row by column; nested objects where the file has them. */
export type Cells = Readonly<Record<string, unknown>>;

/** A row refused: what is wrong with it, for the dead letter. */
export interface RowFault {
  readonly fault: string;
}

export type CellType = 'string' | 'integer' | 'number' | 'money' | 'boolean';

/** The cell of a column: the column of exactly that name, else the field inside fields that `a.b` names, `a.0` the first of a list. */
export function cellAt(cells: Cells, column: string): unknown {
  if (Object.hasOwn(cells, column)) return cells[column];
  let at: unknown = cells;
  for (const name of column.split('.')) {
    if (Array.isArray(at) && /^\d{1,6}$/.test(name)) {
      at = at[Number(name)];
      continue;
    }
    if (!isRecord(at) || !Object.hasOwn(at, name)) return undefined;
    at = at[name];
  }
  return at;
}

/** The cell as text; undefined when it is empty (nothing, null, or only blanks). */
export function cellText(cell: unknown): string | undefined {
  if (cell === undefined || cell === null) return undefined;
  if (typeof cell === 'string') return cell.trim() === '' ? undefined : cell;
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? undefined : cell.toISOString();
  if (typeof cell === 'object') return jsonText(cell);
  if (typeof cell === 'number' || typeof cell === 'boolean' || typeof cell === 'bigint') return String(cell);
  return undefined;
}

/** JSON text of anything a reader yields; Parquet has whole numbers beyond 2^53, which become text. */
export function jsonText(value: unknown): string {
  const text: unknown = JSON.stringify(value, (_key, each: unknown) =>
    typeof each === 'bigint' ? (isSafe(each) ? Number(each) : each.toString()) : each,
  );
  return typeof text === 'string' ? text : 'null';
}

/** The text of a cell as the type asks, or undefined when it is not of that type. */
export function convert(text: string, type: CellType): string | number | boolean | undefined {
  switch (type) {
    case 'string':
      return text;
    case 'integer':
      return toInteger(text.trim());
    case 'number':
      return toNumber(text.trim());
    case 'money':
      return toMoney(text.trim());
    case 'boolean':
      return toBoolean(text.trim());
  }
}

function toInteger(text: string): number | undefined {
  const match = /^([+-]?\d{1,16})(?:\.0+)?$/.exec(text);
  const value = Number(match?.[1] ?? Number.NaN);
  // -0 would travel as 0 in JSON and compare unequal before it: make it 0 here.
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

function toNumber(text: string): number | undefined {
  const value = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?$/.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Stays text: a decimal with up to six places, as the door accepts it. */
function toMoney(text: string): string | undefined {
  const match = /^([+-]?)(\d{1,13})(\.\d{1,6})?$/.exec(text);
  return match === null ? undefined : `${match[1] === '-' ? '-' : ''}${match[2]}${match[3] ?? ''}`;
}

function toBoolean(text: string): boolean | undefined {
  switch (text.toLowerCase()) {
    case 'true':
    case 'yes':
    case 't':
    case 'y':
    case '1':
      return true;
    case 'false':
    case 'no':
    case 'f':
    case 'n':
    case '0':
      return false;
    default:
      return undefined;
  }
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSafe(value: bigint): boolean {
  return value >= BigInt(Number.MIN_SAFE_INTEGER) && value <= BigInt(Number.MAX_SAFE_INTEGER);
}
