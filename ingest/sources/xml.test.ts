import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import { parseXml } from './xml.ts';

describe('XML', () => {
  test('elements, attributes, text, CDATA, comments and references', () => {
    const root = parseXml(
      '<?xml version="1.0"?>\n<!DOCTYPE rss>\n<!-- c --><a x="1 &amp; 2" y=\'&#65;\'>t&lt;<b/><![CDATA[<raw>]]></a>',
    );
    expect(root.name).toBe('a');
    expect([...root.attributes]).toEqual([
      ['x', '1 & 2'],
      ['y', 'A'],
    ]);
    expect(root.text).toBe('t<<raw>');
    expect(root.children.map(({ name }) => name)).toEqual(['b']);
  });

  test.each([
    ['an internal subset', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['one after a comment', '<?xml version="1.0"?><!-- x --> <!doctype a SYSTEM "u" [<!ENTITY b "c">]><a/>'],
    ['an element left open', '<a><b></a>'],
    ['nothing', ''],
    ['text alone', 'sorry'],
    ['an end without a beginning', '</a>'],
    ['too deep', '<a>'.repeat(40) + '</a>'.repeat(40)],
  ])('%s is refused', (_what, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'SOURCE_ANSWER_INVALID' }));
  });

  test('an entity nobody defined stays as it is written, a reference to no character stands for nothing', () => {
    expect(parseXml('<a>&bomb;|&#xD800;|&#x1F600;|&nbsp;|&amp;lt;</a>').text).toBe(
      '&bomb;||\u{1F600}|\u00A0|&lt;',
    );
  });

  test('names that are no names of a feed are refused, not taken for properties', () => {
    for (const text of ['<a __proto__="1"/>', '<a><__proto__/></a>'])
      expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'SOURCE_ANSWER_INVALID' }));
  });

  test('as many elements as may be are read, one more is refused', () => {
    const of = (count: number): string => `<a>${'<b/>'.repeat(count - 1)}</a>`;
    expect(parseXml(of(50_000)).children).toHaveLength(49_999);
    expect(() => parseXml(of(50_001))).toThrow(expect.objectContaining({ code: 'SOURCE_ANSWER_INVALID' }));
  });

  test('whatever the text, it is read or refused with a code', () => {
    const piece = fc.constantFrom('<a>', '</a>', '<a/>', 'x', '<', '&amp;', '<![CDATA[', ']]>', '<!--', '"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        try {
          parseXml(pieces.join(''));
        } catch (error) {
          expect(isWeirError(error) && error.code).toBe('SOURCE_ANSWER_INVALID');
        }
      }),
    );
  });
});
