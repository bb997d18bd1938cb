import { WeirError } from '../../platform/errors/weir-error.ts';

/** An element: its name as written, its attributes, what is inside. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text and CDATA, joined. */
  readonly text: string;
}

interface Open {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: Element[];
  text: string;
}

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 50_000;
const token =
  /<!--[\s\S]*?-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?[\s\S]*?\?>|<!DOCTYPE([^>[]*)>|<\/([^\s<>/]+)\s*>|<([^\s<>/!?]+)((?:\s+[^\s<>=/]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>|<|[^<]+/g;
const attribute = /([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const named: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/**
 * The root element of a document (XML 1.0, the parts feeds use). No entity is ever defined and none is fetched: a DOCTYPE with an internal
 * subset is refused, an unknown entity stays as it is written. Depth and number of elements are bounded. Throws SOURCE_ANSWER_INVALID.
 */
export function parseXml(text: string): Element {
  const root: Open = { name: '', attributes: new Map(), children: [], text: '' };
  const stack: Open[] = [root];
  let count = 0;
  for (const match of text.replace(/^\uFEFF/, '').matchAll(token)) {
    const [whole, data, , closing, opening, attributes = '', selfClosing] = match;
    const top = stack.at(-1) ?? root;
    if (whole === '<') throw invalid(`a "<" at character ${match.index} begins nothing`);
    if (data !== undefined) top.text += data;
    else if (closing !== undefined) {
      if (stack.length < 2 || top.name !== closing)
        throw invalid(`</${closing.slice(0, 64)}> closes what is not open`);
      stack.pop();
      stack.at(-1)?.children.push(top);
    } else if (opening !== undefined) {
      if (++count > MAX_ELEMENTS) throw invalid(`it has more than ${MAX_ELEMENTS} elements`);
      const element: Open = { name: opening, attributes: attributesOf(attributes), children: [], text: '' };
      if (selfClosing === '/') top.children.push(element);
      else if (stack.push(element) > MAX_DEPTH) throw invalid(`it nests deeper than ${MAX_DEPTH}`);
    } else if (!whole.startsWith('<')) top.text += unescapeXml(whole);
  }
  const [element] = root.children;
  if (stack.length !== 1) throw invalid(`<${(stack.at(-1)?.name ?? '').slice(0, 64)}> is not closed`);
  if (element === undefined) throw invalid('it has no element');
  return element;
}

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return named[name] ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code < 0xe000)
      ? String.fromCodePoint(code)
      : '\uFFFD';
  });
}

function attributesOf(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(attribute))
    found.set(name, unescapeXml(double ?? single ?? ''));
  return found;
}

function invalid(why: string): WeirError {
  return new WeirError('SOURCE_ANSWER_INVALID', `The answer is no XML that can be read: ${why}.`);
}
