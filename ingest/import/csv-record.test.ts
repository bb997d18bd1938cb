import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCsvRecordReader, type CsvRecord } from './csv-record.ts';
import { createLineSplitter } from './lines.ts';

function read(text: string, bounds = { maxLines: 50, maxLength: 10_000 }, delimiter = ','): CsvRecord[] {
  const splitter = createLineSplitter(bounds.maxLength);
  const reader = createCsvRecordReader(delimiter, bounds);
  const lines = [...splitter.push(Buffer.from(text)), ...splitter.end()];
  return [...lines.flatMap((line) => reader.push(line)), ...reader.end()];
}

const short = (records: readonly CsvRecord[]): unknown[] =>
  records.map((record) => [record.line, 'fields' in record ? record.fields.join('|') : 'fault']);

const cell = fc.string({ unit: fc.constantFrom('a', 'é', ' ', ',', '"', '\n', '\r\n', ';'), maxLength: 6 });
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1 }));

describe('well-formed CSV', () => {
  test('any table is read as it was written, and as csv-parse reads it', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), fc.boolean(), (rows, ending, isTerminated) => {
        const quote = (text: string): string =>
          /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
        const text = rows.map((row) => row.map(quote).join(',')).join(ending) + (isTerminated ? ending : '');
        const mine = read(text).map((record) => ('fields' in record ? record.fields : record.fault));
        expect(mine).toEqual(rows);
        expect(mine).toEqual(parse(text, { record_delimiter: ending, max_record_size: 0 }));
      }),
    );
  });

  test('line numbers are those of the first physical line', () => {
    expect(short(read('a,b\n1,"x\ny\nz"\n2,w\n\n3,v'))).toEqual([
      [1, 'a|b'],
      [2, '1|x\ny\nz'],
      [5, '2|w'],
      [7, '3|v'],
    ]);
  });

  test('another delimiter', () => {
    expect(short(read('1\t"a\tb"\tc', undefined, '\t'))).toEqual([[1, '1|a\tb|c']]);
  });
});

describe('broken quoting costs the line it is on and nothing else', () => {
  test.each([
    [
      'text behind a closing quote',
      '1,"x"y,2\n3,4\n5,6',
      [
        [1, 'fault'],
        [2, '3|4'],
        [3, '5|6'],
      ],
    ],
    [
      'a quote never closed',
      '0,0\n1,"x,2\n3,4\n5,6',
      [
        [1, '0|0'],
        [2, 'fault'],
        [3, '3|4'],
        [4, '5|6'],
      ],
    ],
    [
      'a quote closed by another broken line',
      '1,"x\n3,"y\n5,6',
      [
        [1, 'fault'],
        [2, 'fault'],
        [3, '5|6'],
      ],
    ],
    [
      'a quote inside an unquoted field is text',
      '1,5" disk\n2,b',
      [
        [1, '1|5" disk'],
        [2, '2|b'],
      ],
    ],
  ])('%s', (_name, text, expected) => {
    expect(short(read(text))).toEqual(expected);
  });

  test('a field that spans more lines than allowed', () => {
    const text = `1,"${'x\n'.repeat(10)}",z\n2,b`;
    const records = read(text, { maxLines: 5, maxLength: 1000 });
    expect(records[0]).toMatchObject({ line: 1, raw: '1,"x', fault: expect.stringContaining('5 lines') });
    expect(records.at(-1)).toMatchObject({ fields: ['2', 'b'] });
  });

  test('a line longer than allowed', () => {
    const records = read(`a,b\n1,${'x'.repeat(100)}\n2,y`, { maxLines: 5, maxLength: 20 });
    expect(short(records)).toEqual([
      [1, 'a|b'],
      [2, 'fault'],
      [3, '2|y'],
    ]);
  });

  test('whatever is inserted into good lines, every good line is still read', () => {
    const noise = fc.string({ unit: fc.constantFrom('a', ',', '"'), maxLength: 8 });
    fc.assert(
      fc.property(fc.array(noise, { maxLength: 6 }), (lines) => {
        const text = ['start,1', ...lines.flatMap((line) => [line, 'good,2']), 'end,3'].join('\n');
        const records = read(text, { maxLines: 4, maxLength: 200 });
        // A quote that stays open may swallow good lines into one well-formed field, but no line may vanish.
        const seen = records.map((record) => record.raw).join('\n');
        expect(seen).toBe(
          text
            .split('\n')
            .filter((line) => line.trim() !== '')
            .join('\n'),
        );
      }),
    );
  });
});
