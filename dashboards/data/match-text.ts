import type { EventMatch } from '../../platform/contracts/analytics.ts';

/**
 * Kinds of events as text in the address: `page_view:campaign:search|social,signup`. Parts are encoded, so that whatever a value
 * holds, it comes back.
 */
export function matchesText(matches: readonly EventMatch[]): string {
  return matches
    .map(({ type, where }) =>
      where === undefined
        ? encode(type)
        : [encode(type), encode(where.field), where.in.map(encode).join('|')].join(':'),
    )
    .join(',');
}

/** Reads what it can; what is wrong is left out. */
export function readMatches(text: string): readonly EventMatch[] {
  return text.split(',').flatMap((part) => {
    const [type = '', field, values] = part.split(':');
    if (!/^[a-z][a-z0-9_.]{0,127}$/.test(decode(type))) return [];
    const match = { type: decode(type) };
    if (field === undefined || values === undefined || field === '') return [match];
    const listed = values.split('|').map(decode);
    return [{ ...match, where: { field: decode(field), in: listed } }];
  });
}

/** The match as people read it. */
export function matchTitle({ type, where }: EventMatch, titles: ReadonlyMap<string, string>): string {
  const title = titles.get(type) ?? type;
  return where === undefined ? title : `${title} (${where.field} ${where.in.join(' or ')})`;
}

function encode(text: string): string {
  return encodeURIComponent(text);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
