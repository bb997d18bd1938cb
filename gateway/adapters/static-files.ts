import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';

export interface StaticFile {
  readonly type: string;
  readonly etag: string;
  /** A name with a content hash in it: its content never changes. */
  readonly isImmutable: boolean;
  /** As it is, and compressed: the forms that lie beside it or, for text, made when it was read. */
  readonly bodies: Readonly<Partial<Record<'identity' | 'br' | 'gzip', Buffer>>>;
}

/** The built dashboards in memory: a request is a look-up, so no path can lead out of the folder. */
export interface StaticFiles {
  /** By URL path, such as `/assets/app-1a2b3c4d.js`; undefined when there is none. */
  find(path: string): StaticFile | undefined;
  readonly bytes: number;
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const hashedName = /[-.][A-Za-z0-9_-]{8,}\.[a-z0-9]+$/;
const compressFromBytes = 1_024;
const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);
/** Within 3% of the best for scripts, at a hundredth of its time: a start must not wait for it. */
const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } };
const maxBytes = 64 * 1024 * 1024;

/** Reads the folder once; an absent one gives no files. Source maps stay out. */
export async function loadStaticFiles(directory: string): Promise<StaticFiles> {
  const files = new Map<string, StaticFile>();
  let bytes = 0;
  const names = await readdir(directory, { recursive: true }).catch(() => []);
  for (const name of names) {
    const type = types[extname(name)];
    const path = join(directory, name);
    if (type === undefined || !(await stat(path)).isFile()) continue;
    const identity = await readFile(path);
    const { br, gzip } = await compressedForms(path, identity, type);
    bytes += identity.length + (br?.length ?? 0) + (gzip?.length ?? 0);
    if (bytes > maxBytes) break;
    files.set(`/${relative(directory, path).split(sep).join('/')}`, {
      type,
      etag: `"${createHash('sha256').update(identity).digest('base64url').slice(0, 22)}"`,
      isImmutable: name.startsWith('assets') && hashedName.test(name),
      bodies: { identity, ...(br === undefined ? {} : { br }), ...(gzip === undefined ? {} : { gzip }) },
    });
  }
  return { find: (path) => files.get(path), bytes };
}

async function compressedForms(
  path: string,
  identity: Buffer,
  type: string,
): Promise<{ br: Buffer | undefined; gzip: Buffer | undefined }> {
  const isText = /^(text|application)\/|svg/.test(type) && identity.length >= compressFromBytes;
  const [br, gzip] = await Promise.all([beside(path, '.br'), beside(path, '.gz')]);
  return {
    br: br ?? (isText ? await compressBrotli(identity, quick) : undefined),
    gzip: gzip ?? (isText ? await compressGzip(identity) : undefined),
  };
}

async function beside(path: string, suffix: string): Promise<Buffer | undefined> {
  return await readFile(path + suffix).catch(() => undefined);
}
