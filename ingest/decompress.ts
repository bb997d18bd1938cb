import { brotliDecompress, constants, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { messageOf, WeirError } from '../platform/errors/weir-error.ts';

/**
 * Decompresses a body. The output is bounded while it is made, so a bomb costs its limit and no more; windows are bounded for
 * the same reason. Throws INGEST_ENCODING_UNSUPPORTED, INGEST_ENCODING_INVALID (damaged or cut short) or INGEST_BODY_TOO_LARGE.
 */
export type Decompress = (encoding: string, body: Buffer) => Promise<Buffer>;

export interface DecompressLimits {
  readonly maxOutputBytes: number;
  readonly maxConcurrent: number;
}

type Callback = (error: Error | null, result: Buffer) => void;
type Decoder = (body: Buffer, maxOutputLength: number, done: Callback) => void;

const CHUNK_BYTES = 64 * 1024;
/** 16 MiB: twice the largest body, above what any level but zstd's "ultra" ones asks for. */
const ZSTD_WINDOW_LOG = 24;

const decoders: Readonly<Record<string, Decoder>> = {
  gzip: (body, maxOutputLength, done) => gunzip(body, { maxOutputLength, chunkSize: CHUNK_BYTES }, done),
  br: (body, maxOutputLength, done) =>
    brotliDecompress(body, { maxOutputLength, chunkSize: CHUNK_BYTES }, done),
  zstd: (body, maxOutputLength, done) =>
    zstdDecompress(
      body,
      {
        maxOutputLength,
        chunkSize: CHUNK_BYTES,
        params: { [constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      },
      done,
    ),
  // "deflate" is the zlib format (RFC 9110 §8.4.1.2); some senders leave the wrapper out.
  deflate: (body, maxOutputLength, done) => {
    const options = { maxOutputLength, chunkSize: CHUNK_BYTES };
    if (((body[0] ?? 0) & 0x0f) === 8) inflate(body, options, done);
    else inflateRaw(body, options, done);
  },
};

/** The one encoding of a Content-Encoding header, '' for none. Throws INGEST_ENCODING_UNSUPPORTED. */
export function encodingOf(header: string | undefined): string {
  const encoding = (header ?? '').trim().toLowerCase();
  if (encoding === '' || encoding === 'identity') return '';
  if (encoding === 'x-gzip') return 'gzip';
  if (Object.hasOwn(decoders, encoding)) return encoding;
  throw new WeirError(
    'INGEST_ENCODING_UNSUPPORTED',
    `Content-Encoding ${encoding.slice(0, 80)} is not supported`,
  );
}

export function createDecompress(limits: DecompressLimits): Decompress {
  let running = 0;
  const waiting: (() => void)[] = [];

  const enter = async (): Promise<void> => {
    if (running < limits.maxConcurrent) running++;
    else await new Promise<void>((resolve) => waiting.push(resolve));
  };
  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) running--;
    else next();
  };

  return async (encoding, body) => {
    const decode = Object.hasOwn(decoders, encoding) ? decoders[encoding] : undefined;
    if (decode === undefined)
      throw new WeirError('INGEST_ENCODING_UNSUPPORTED', `no decoder for ${encoding}`);
    await enter();
    try {
      return await new Promise<Buffer>((resolve, reject) => {
        decode(body, limits.maxOutputBytes, (error, result) => {
          if (error === null) resolve(result);
          else reject(asIngestError(error, limits.maxOutputBytes));
        });
      });
    } finally {
      leave();
    }
  };
}

function asIngestError(error: Error, maxOutputBytes: number): WeirError {
  return 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    ? new WeirError(
        'INGEST_BODY_TOO_LARGE',
        `the body is larger than ${maxOutputBytes} bytes when decompressed`,
      )
    : new WeirError('INGEST_ENCODING_INVALID', `the body cannot be decompressed: ${messageOf(error)}`);
}
