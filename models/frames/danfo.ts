import { createRequire } from 'node:module';

/** A column of numbers as danfojs holds it. */
export interface FrameColumn {
  readonly values: readonly number[];
}

/** What we use of a danfojs data frame. */
export interface Frame {
  readonly columns: readonly string[];
  readonly shape: readonly number[];
  column(name: string): FrameColumn;
  /** Rows (axis 1) or columns (axis 0) that hold a missing value left out. */
  dropNa(options: { readonly axis: 0 | 1 }): Frame;
  addColumn(name: string, values: readonly number[], options?: { readonly inplace: boolean }): Frame;
}

interface Danfo {
  readonly DataFrame: new (columns: Readonly<Record<string, readonly number[]>>) => Frame;
}

const require = createRequire(import.meta.url);
let loaded: Danfo | undefined;

/**
 * A data frame of danfojs, which is loaded when the first is made and only on a thread that computes: it takes 110 MB. It is CommonJS
 * with a TensorFlow.js of its own, hence the require.
 */
export function newFrame(columns: Readonly<Record<string, readonly number[]>>): Frame {
  loaded ??= load();
  return new loaded.DataFrame(columns);
}

function load(): Danfo {
  const found: unknown = require('danfojs-node');
  if (!isDanfo(found)) throw new Error('danfojs-node has no DataFrame');
  return found;
}

function isDanfo(value: unknown): value is Danfo {
  return (
    typeof value === 'object' &&
    value !== null &&
    'DataFrame' in value &&
    typeof value.DataFrame === 'function'
  );
}
