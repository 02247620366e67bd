// The files of the page, read once at the start: nothing that a request says is ever
// a path on the disk.

import {readdirSync, readFileSync} from 'node:fs';
import type {IncomingMessage, ServerResponse} from 'node:http';
import path from 'node:path';
import {brotliCompressSync, gzipSync} from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

interface PageFile {
  readonly type: string;
  readonly cacheControl: string;
  readonly bodies: Readonly<Record<'identity' | 'gzip' | 'br', Buffer>>;
}

export type Page = ReadonlyMap<string, PageFile>;

/** Throws if the folder is not that of a built page. */
export function readPage(folder: string): Page {
  const files = new Map<string, PageFile>();
  for (const entry of readdirSync(folder, {recursive: true, withFileTypes: true})) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath ?? entry.path, entry.name);
    const type = TYPES[path.extname(file)];
    if (type === undefined) throw new Error(`no media type for ${file}`);
    const url = `/${path.relative(folder, file).split(path.sep).join('/')}`;
    const body = readFileSync(file);
    files.set(url, {
      type,
      // The names of assets have their digests in them, the page's does not.
      cacheControl: url.startsWith('/assets/')
        ? 'public, max-age=31536000, immutable'
        : 'no-cache',
      bodies: {identity: body, gzip: gzipSync(body), br: brotliCompressSync(body)},
    });
  }
  const index = files.get('/index.html');
  if (index === undefined) throw new Error(`no index.html in ${folder}`);
  return files.set('/', index);
}

function encodingFor(accepted: string): 'br' | 'gzip' | 'identity' {
  if (/\bbr\b/.test(accepted)) return 'br';
  return /\bgzip\b/.test(accepted) ? 'gzip' : 'identity';
}

export function servePage(
  page: Page,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  const url = (request.url ?? '').replace(/[?#].*$/, '');
  const file = page.get(url);
  if (file === undefined) {
    response.writeHead(404, {'content-type': 'text/plain; charset=utf-8'});
    response.end('There is no such page.\n');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, {allow: 'GET, HEAD'}).end();
    return;
  }
  const encoding = encodingFor(String(request.headers['accept-encoding'] ?? ''));
  const body = file.bodies[encoding];
  response.writeHead(200, {
    'content-type': file.type,
    'content-length': body.length,
    'cache-control': file.cacheControl,
    vary: 'accept-encoding',
    ...(encoding === 'identity' ? {} : {'content-encoding': encoding}),
  });
  response.end(request.method === 'HEAD' ? undefined : body);
}
