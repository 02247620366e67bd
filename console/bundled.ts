// What of npm a build puts into its files, written beside them: of each package its
// version, its licence, and what its authors want to be told with it. The image's bill
// of materials is made of that.

import {readdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Plugin} from 'vite';

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly notice: string;
}

const INSTALLED = '/node_modules/';

/** The file that a module is of. The builder marks what it makes with a zero byte. */
const fileOf = (id: string) => id.replace(/^\0/, '').replace(/\?.*$/, '');

/** Where the package of a module is; undefined for a module of ours. */
export function packageFolder(id: string, root: string): string | undefined {
  const file = fileOf(id);
  const at = file.lastIndexOf(INSTALLED);
  if (at !== -1) {
    const begin = at + INSTALLED.length;
    const name = /^(?:@[^/]+\/)?[^/]+/.exec(file.slice(begin))![0];
    return file.slice(0, begin) + name;
  }
  if (id.startsWith('\0')) return path.join(root, 'node_modules/vite');
  if (file.startsWith(path.join(root, 'gen/google/'))) {
    return path.join(root, '../proto/node_modules/google-proto-files');
  }
  return undefined;
}

/** The comment that a file begins with. */
export const leadingComment = (text: string) =>
  /^(?:(?:\/\/.*\n)+|\/\*[\s\S]*?\*\/)/.exec(text)?.[0].trim() ?? '';

function noticeOf(folder: string, files: readonly string[]): string {
  const licence = readdirSync(folder).find((name) => /^licen[cs]e(\.\w+)?$/i.test(name));
  if (licence !== undefined) return readFileSync(path.join(folder, licence), 'utf8');
  const comments = files.map((file) => leadingComment(readFileSync(file, 'utf8')));
  const distinct = [...new Set(comments)].filter((comment) => /copyright/i.test(comment));
  if (distinct.length === 0) throw new Error(`${folder} says nothing of its licence`);
  return `${distinct.sort().join('\n\n')}\n`;
}

function describe(folder: string, files: readonly string[]): BundledPackage {
  const {name, version, license} = JSON.parse(
    readFileSync(path.join(folder, 'package.json'), 'utf8'),
  ) as Partial<BundledPackage>;
  if (name === undefined || version === undefined || license === undefined) {
    throw new Error(`${folder}/package.json lacks name, version or license`);
  }
  return {name, version, license, notice: noticeOf(folder, files)};
}

/** Writes `part`.packages.json into the folder that has the build's. */
export function bundled(part: string): Plugin {
  let root = '';
  return {
    name: 'bundled-packages',
    apply: 'build',
    configResolved(config) {
      root = config.root;
    },
    writeBundle({dir}, output) {
      const folders = new Map<string, Set<string>>();
      for (const chunk of Object.values(output)) {
        if (chunk.type !== 'chunk') continue;
        for (const [id, {renderedLength}] of Object.entries(chunk.modules)) {
          const folder = packageFolder(id, root);
          if (folder === undefined || renderedLength === 0) continue;
          const files = folders.get(folder) ?? new Set();
          folders.set(folder, files.add(fileOf(id)));
        }
      }
      const packages = [...folders]
        .map(([folder, files]) => describe(folder, [...files]))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      writeFileSync(
        path.join(dir!, '..', `${part}.packages.json`),
        `${JSON.stringify(packages, undefined, 1)}\n`,
      );
    },
  };
}
