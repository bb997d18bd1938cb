import { createHash } from 'node:crypto';

/** Text of a named column, or undefined when the row has none there. */
export type CellText = (column: string) => string | undefined;

export interface Template {
  readonly columns: readonly string[];
  /** The finished text, or undefined when a column it needs is empty. */
  render(cell: CellText): string | undefined;
}

const maxSlugLength = 40;

/**
 * Compiles a template. `{column}` is the cell as it is, `{slug:column}` a readable form of it (lower case, letters and digits of
 * ASCII, hyphens, at most 40 characters), `{firstN:column}` its first N characters, `{hash:a,b}` the first 32 hex digits of the
 * SHA-256 of those cells, `{hashN:a,b}` the first N. Throws a plain Error when the text is no template.
 */
export function createTemplate(text: string): Template {
  const parts = splitTemplate(text).map(compilePart);
  return {
    columns: [...new Set(parts.flatMap((part) => part.columns))],
    render: (cell) => {
      let out = '';
      for (const part of parts) {
        const piece = part.render(cell);
        if (piece === undefined) return undefined;
        out += piece;
      }
      return out;
    },
  };
}

/** First `digits` hex digits of the SHA-256 of a list of texts; the list is written as JSON so that no two lists look alike. */
export function hashOf(texts: readonly string[], digits = 32): string {
  return createHash('sha256').update(JSON.stringify(texts)).digest('hex').slice(0, digits);
}

/** A readable identifier: accents dropped, everything but ASCII letters and digits turned into single hyphens. */
export function slugOf(text: string): string {
  const plain = text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();
  const slug = plain.replaceAll(/[^a-z0-9]+/g, '-').replaceAll(/^-|-$/g, '');
  return slug.slice(0, maxSlugLength).replace(/-$/, '');
}

function splitTemplate(text: string): readonly string[] {
  const pieces = text.split(/(\{[^{}]*\})/).filter((piece) => piece !== '');
  const stray = pieces.find((piece) => !piece.startsWith('{') && /[{}]/.test(piece));
  if (stray !== undefined) throw new Error(`template ${text} has a brace without its partner`);
  return pieces;
}

function compilePart(piece: string): Template {
  if (!piece.startsWith('{')) return { columns: [], render: () => piece };
  const body = piece.slice(1, -1);
  const call = /^(slug|hash|first)(\d{0,2}):(.*)$/.exec(body);
  if (call === null) {
    if (body.trim() === '') throw new Error('template has empty braces');
    return { columns: [body], render: (cell) => cell(body) };
  }
  const [, name = '', digits = '', list = ''] = call;
  const columns = list.split(',').map((column) => column.trim());
  const count = digits === '' ? undefined : Number(digits);
  if (columns.includes('') || count === 0 || (name !== 'hash' && columns.length !== 1)) {
    throw new Error(`template part ${piece} is not {slug:column}, {firstN:column} or {hashN:column,column}`);
  }
  if (name === 'first' && count === undefined)
    throw new Error(`template part ${piece} needs a length: {first10:column}`);
  if (name === 'hash' && (count ?? 32) > 64)
    throw new Error(`template part ${piece}: a SHA-256 has 64 hex digits`);
  return { columns, render: (cell) => renderCall(name, count, columns, cell) };
}

function renderCall(
  name: string,
  count: number | undefined,
  columns: readonly string[],
  cell: CellText,
): string | undefined {
  const texts: string[] = [];
  for (const column of columns) {
    const text = cell(column);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  if (name === 'hash') return hashOf(texts, count);
  const text = texts.join('');
  return name === 'slug' ? slugOf(text) : text.slice(0, count).toWellFormed();
}
