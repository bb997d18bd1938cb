import { describe, expect, test } from 'vitest';
import { cutOut } from './download-page.ts';

const bytes = new Uint8Array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);

describe('ranges of a file, by RFC 9110 14.1.2', () => {
  test.each<[string | undefined, number, number[], string | undefined]>([
    [undefined, 200, [...bytes], undefined],
    ['bytes=0-', 206, [...bytes], 'bytes 0-9/10'],
    ['bytes=2-4', 206, [2, 3, 4], 'bytes 2-4/10'],
    ['bytes=-3', 206, [7, 8, 9], 'bytes 7-9/10'],
    ['bytes=-30', 206, [...bytes], 'bytes 0-9/10'],
    ['bytes=8-99', 206, [8, 9], 'bytes 8-9/10'],
    ['bytes=10-', 416, [], 'bytes */10'],
    ['bytes=5-2', 416, [], 'bytes */10'],
    ['bytes=0-1,4-5', 200, [...bytes], undefined],
    ['lines=1-2', 200, [...bytes], undefined],
  ])('%s', (range, status, expected, told) => {
    const cut = cutOut([['Content-Digest', 'x']], bytes, range);
    const headers = new Map(cut.headers);
    expect([cut.status, [...cut.bytes], headers.get('Content-Range')]).toEqual([status, expected, told]);
    expect(headers.get('Content-Length')).toBe(String(expected.length));
    // The digest is that of the whole file.
    expect(headers.has('Content-Digest')).toBe(status === 200);
  });
});
