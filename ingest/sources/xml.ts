import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { isWeirError, messageOf, WeirError } from '../../platform/errors/weir-error.ts';

/** An element: its name as written, its attributes, what is inside. */
export interface Element {
  readonly name: string;
  readonly attributes: ReadonlyMap<string, string>;
  readonly children: readonly Element[];
  /** Its own text and CDATA, joined. */
  readonly text: string;
}

const MAX_DEPTH = 32;
const MAX_ELEMENTS = 50_000;
const TEXT = '#text';
const ATTRIBUTES = ':@';
/** Before the root: instructions, comments, and a DOCTYPE that defines something. */
const internalSubset = /^\uFEFF?(?:\s+|<\?[\s\S]*?\?>|<!--[\s\S]*?-->)*<!DOCTYPE[^>[]*\[/i;

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
  maxNestedTags: MAX_DEPTH,
  // Names of HTML, such as &nbsp;, are common in feeds. Nothing is ever defined by a document, so an entity stands for a few characters.
  // oxlint-disable-next-line typescript/no-deprecated -- Its successor takes a table from a package that is not a dependency of ours.
  htmlEntities: true,
  processEntities: { enabled: true, maxEntityCount: 1, maxEntitySize: 1, maxExpansionDepth: 1 },
});

/**
 * The root element of a document, read by fast-xml-parser. A DOCTYPE with an internal subset is refused before anything is read, so no entity
 * is defined and none is fetched; an unknown entity stays as it is written. Depth and number of elements are bounded. Throws
 * SOURCE_ANSWER_INVALID.
 */
export function parseXml(text: string): Element {
  if (internalSubset.test(text)) throw invalid('it defines entities of its own');
  try {
    // The parser alone takes what is not closed for closed.
    // oxlint-disable-next-line typescript/no-deprecated -- Its successor is another package, with the same code.
    const valid = XMLValidator.validate(text);
    if (valid !== true) throw invalid(`${valid.err.msg.slice(0, 160)} Line ${valid.err.line}`);
    const counted = { elements: 0 };
    const [root] = childrenOf(parser.parse(text), counted);
    if (root === undefined) throw invalid('it has no element');
    return root;
  } catch (error) {
    if (isWeirError(error)) throw error;
    throw invalid(messageOf(error).slice(0, 160));
  }
}

/** Elements of a list as the parser gives it: `{ name: list, ':@': attributes }` in order, text between them as `{ '#text': … }`. */
function childrenOf(list: unknown, counted: { elements: number }): readonly Element[] {
  return nodesOf(list).flatMap((node): Element[] => {
    const name = Object.keys(node).find((key) => key !== ATTRIBUTES);
    if (name === undefined || name === TEXT || name.startsWith('?')) return [];
    if (++counted.elements > MAX_ELEMENTS) throw invalid(`it has more than ${MAX_ELEMENTS} elements`);
    const inside = node[name];
    return [
      {
        name,
        attributes: attributesOf(node[ATTRIBUTES]),
        children: childrenOf(inside, counted),
        text: nodesOf(inside)
          .map((each) => (typeof each[TEXT] === 'string' ? each[TEXT] : ''))
          .join('')
          .toWellFormed(),
      },
    ];
  });
}

type Node = Readonly<Record<string, unknown>>;

function nodesOf(list: unknown): readonly Node[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((each: unknown): Node[] =>
    typeof each === 'object' && each !== null ? [Object.fromEntries(Object.entries(each))] : [],
  );
}

function attributesOf(held: unknown): ReadonlyMap<string, string> {
  if (typeof held !== 'object' || held === null) return new Map();
  return new Map(
    Object.entries(held).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' ? [[name, value.toWellFormed()]] : [],
    ),
  );
}

function invalid(why: string): WeirError {
  return new WeirError('SOURCE_ANSWER_INVALID', `The answer is no XML that can be read: ${why}.`);
}
