import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import { parseXml, unescapeXml } from './xml.ts';

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
    ['an element left open', '<a><b></a>'],
    ['nothing', ''],
    ['text alone', 'sorry'],
    ['an end without a beginning', '</a>'],
    ['too deep', '<a>'.repeat(40) + '</a>'.repeat(40)],
  ])('%s is refused', (_what, text) => {
    expect(() => parseXml(text)).toThrow(expect.objectContaining({ code: 'SOURCE_ANSWER_INVALID' }));
  });

  test('an entity nobody defined stays as it is written, a reference to no character becomes U+FFFD', () => {
    expect(unescapeXml('&bomb; &#xD800; &#0; &#x1F600;')).toBe('&bomb; \uFFFD \uFFFD \u{1F600}');
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
