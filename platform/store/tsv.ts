/** ClickHouse TabSeparated text. A raw tab or newline in a value would shift columns or split rows. */
const needsEscape = /[\\\t\n\r\0]/;

export function escapeTsv(value: string): string {
  if (!needsEscape.test(value)) return value;
  return value
    .replaceAll('\\', '\\\\')
    .replaceAll('\t', '\\t')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\0', '\\0');
}

const escapes: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', '0': '\0' };

export function unescapeTsv(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replaceAll(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
