/** Text as HTML, SVG or XML shows it, in elements and in quoted attributes; characters XML does not know are left out. */
export function escapeHtml(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
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
