import { WeirError } from '../../platform/errors/weir-error.ts';
import { binOf, quantileEdges } from '../trees/bins.ts';
import type { Bins } from '../trees/boost.ts';

/** One customer: numbers and words by column; a missing or unreadable number is null. */
export type CustomerRow = Readonly<Record<string, number | string | null>>;

/** How a column becomes features. Learned from the rows that train, applied to any. */
interface NumberColumn {
  readonly kind: 'number';
  readonly name: string;
  /** Upper edges of bins 1, 2, …; bin 0 is "missing". */
  readonly edges: readonly number[];
}
interface WordColumn {
  readonly kind: 'word';
  readonly name: string;
  /** Each is a feature of its own: 1 where the row has it. Rare and unseen words have none. */
  readonly words: readonly string[];
}
export type Column = NumberColumn | WordColumn;

export interface FeatureSpace {
  readonly columns: readonly Column[];
  /** Column of each feature. */
  readonly columnOf: readonly number[];
}

const MAX_WORDS = 24;
/** A word in fewer rows says more about those rows than about others. */
const MIN_ROWS_OF_A_WORD = 10;

/** Finds bins and words of the named columns; a column whose values all read as numbers is numeric. */
export function learnFeatures(rows: readonly CustomerRow[], names: readonly string[]): FeatureSpace {
  if (rows.length === 0) throw new WeirError('CHURN_INPUT_INVALID', 'there is no customer to learn from');
  const columns = names.map((name): Column => {
    const values = rows.map((row) => row[name] ?? null);
    const words = values.filter((each) => typeof each === 'string');
    if (words.length > 0) return { kind: 'word', name, words: commonWords(words) };
    const numbers = values.flatMap((each) =>
      typeof each === 'number' && Number.isFinite(each) ? [each] : [],
    );
    return { kind: 'number', name, edges: quantileEdges(numbers) };
  });
  const columnOf = columns.flatMap((column, c) =>
    column.kind === 'number' ? [c] : column.words.map(() => c),
  );
  return { columns, columnOf };
}

/** Rows as bins; what is missing, not finite or unseen has a bin of its own. */
export function toBins(space: FeatureSpace, rows: readonly CustomerRow[]): Bins {
  return space.columns.flatMap((column) => {
    if (column.kind === 'word')
      return column.words.map((word) =>
        Uint8Array.from(rows, (row) => (String(row[column.name] ?? '') === word ? 1 : 0)),
      );
    return [Uint8Array.from(rows, (row) => binOf(column.edges, row[column.name] ?? null))];
  });
}

function commonWords(words: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= MIN_ROWS_OF_A_WORD)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .slice(0, MAX_WORDS)
    .map(([word]) => word);
}
