import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createLineSplitter } from './lines.ts';

function split(bytes: Uint8Array, chunkLength: number, maxBytes = 1000): { text: string; isCut: boolean }[] {
  const splitter = createLineSplitter(maxBytes);
  const lines = [];
  for (let at = 0; at < bytes.length; at += chunkLength)
    lines.push(...splitter.push(bytes.subarray(at, at + chunkLength)));
  lines.push(...splitter.end());
  expect(lines.map((line) => line.number)).toEqual(lines.map((_line, index) => index + 1));
  return lines.map(({ text, isCut }) => ({ text, isCut }));
}

test('any text comes back, wherever the chunks are cut, even inside a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 7 }), (text, chunkLength) => {
      const clean = text.replaceAll('\uFEFF', '');
      const lines = clean.split('\n');
      if (lines.at(-1) === '') lines.pop();
      expect(split(Buffer.from(clean), chunkLength)).toEqual(
        lines.map((line) => ({ text: line, isCut: false })),
      );
    }),
  );
});

test('invalid bytes become U+FFFD and what is valid around them stays', () => {
  const bytes = Buffer.concat([Buffer.from('won'), Buffer.from([0x89, 0xdb, 0xaa]), Buffer.from('t\nnext')]);
  expect(split(bytes, 1)).toEqual([
    { text: 'won\uFFFD\u06EAt', isCut: false },
    { text: 'next', isCut: false },
  ]);
});

test('a byte order mark at the start is dropped, elsewhere kept', () => {
  expect(split(Buffer.from('\uFEFFa\n\uFEFFb'), 100).map((line) => line.text)).toEqual(['a', '\uFEFFb']);
});

test('a line beyond the bound is cut and marked; the lines around it stay whole', () => {
  const bytes = Buffer.from(`short\n${'x'.repeat(50)}\nlast`);
  for (const chunkLength of [1, 3, 1000]) {
    expect(split(bytes, chunkLength, 10)).toEqual([
      { text: 'short', isCut: false },
      { text: 'xxxxxxxxxx', isCut: true },
      { text: 'last', isCut: false },
    ]);
  }
});
