/** Text of others inside a mail: in its HTML it is text, in its headers one line. */

export function link(url: string, words: string): string {
  return `<a href="${escape(url)}" style="color:#1f5fd0">${words}</a>`;
}

export function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/** Text of others in a header stays on its line. */
export function oneLine(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').trim();
}

export function domainOf(from: string): string {
  return /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'weir.invalid';
}
