/** What XML 1.0 does not allow: control characters but tab and line ends, halves of pairs, two non-characters. */
const notXml = new RegExp('[^\\t\\n\\r\\u0020-\\uD7FF\\uE000-\\uFFFD\\u{10000}-\\u{10FFFF}]', 'gu');

/** Text as HTML, SVG or XML shows it, in elements and in quoted attributes; characters XML does not know are left out. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(notXml, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');
}

/**
 * Text of a cell that no spreadsheet takes for a formula: what begins with = + - @, a tab or a return gets an apostrophe in front (OWASP,
 * CSV injection).
 */
export function safeCellText(text: string): string {
  return /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
