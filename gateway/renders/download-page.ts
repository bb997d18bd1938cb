import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Objects } from '../../platform/bus/objects.ts';
import type { Artefact, RenderJob } from '../../platform/contracts/render.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { DownloadLinks } from '../../platform/signed-link/download-links.ts';

export interface DownloadAsk {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
  readonly until: string;
  readonly signature: string;
  /** Shown in the browser where that is harmless, instead of saved. */
  readonly isInline: boolean;
  /** Header Range; players ask for pieces, so that one can jump in a video. */
  readonly range: string | undefined;
}

export interface Download {
  readonly status: 200 | 206 | 416;
  readonly headers: readonly (readonly [string, string])[];
  readonly bytes: Uint8Array;
}

const CHUNK_BYTES = 64 * 1024;
/** What may be shown: a report may style itself and nothing else, whatever is in it. */
const shownPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox";
const shown = /^(image\/png|text\/html|text\/vtt|video\/mp4|application\/json|application\/pdf)(;|$)/;

/** A file of a render by its signed link. Throws RENDER_LINK_INVALID, RENDER_NOT_FOUND. */
export function createDownloads(
  jobs: KvMirror<RenderJob>,
  objects: Objects,
  links: DownloadLinks,
): (ask: DownloadAsk) => Promise<Download> {
  return async ({ tenant, id, name, until, signature, isInline, range }) => {
    if (!links.isGood({ tenant, id, name }, until, signature))
      throw new WeirError('RENDER_LINK_INVALID', 'This link is not good, or no longer.');
    const artefact = jobs.get(`${tenant}.${id}`)?.artefacts.find((each) => each.name === name);
    const bytes = artefact === undefined ? undefined : await objects.get(artefact.object);
    if (artefact === undefined || bytes === undefined)
      throw new WeirError('RENDER_NOT_FOUND', `${name} has expired and was deleted.`);
    return cutOut(headersOf(artefact, isInline && shown.test(artefact.contentType)), bytes, range);
  };
}

/** One range of bytes (RFC 9110 14.2); anything else that is asked for is answered whole, as the standard allows. */
export function cutOut(headers: Download['headers'], bytes: Uint8Array, range: string | undefined): Download {
  const size = bytes.byteLength;
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(range ?? '') ?? [];
  if (first === '' && last === '')
    return { status: 200, headers: [...headers, ['Content-Length', String(size)]], bytes };
  const from = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const to = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last));
  if (from > to || from >= size)
    return {
      status: 416,
      headers: [
        ['Content-Range', `bytes */${size}`],
        ['Content-Length', '0'],
      ],
      bytes: new Uint8Array(),
    };
  const whole = headers.filter(([name]) => name !== 'Content-Digest');
  return {
    status: 206,
    headers: [
      ...whole,
      ['Content-Range', `bytes ${from}-${to}/${size}`],
      ['Content-Length', String(to - from + 1)],
    ],
    bytes: bytes.subarray(from, to + 1),
  };
}

function headersOf({ name, contentType, sha256 }: Artefact, isShown: boolean): Download['headers'] {
  return [
    ['Content-Type', contentType],
    ['Accept-Ranges', 'bytes'],
    // Names are of letters, digits, dots and dashes, so they need no quoting rules.
    ['Content-Disposition', `${isShown ? 'inline' : 'attachment'}; filename="${name}"`],
    [
      'Content-Security-Policy',
      contentType.startsWith('application/pdf') ? shownPolicy.replace('; sandbox', '') : shownPolicy,
    ],
    ['Cache-Control', 'private, max-age=1800, immutable'],
    ['ETag', `"${sha256}"`],
    ['Content-Digest', `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`],
  ];
}

/** In pieces, so that a slow reader holds back the writing and not the event loop. */
export function* piecesOf(bytes: Uint8Array): Generator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += CHUNK_BYTES) yield bytes.subarray(at, at + CHUNK_BYTES);
}
