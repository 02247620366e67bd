import {defineConfig} from 'vitest/config';
import {bundled} from './bundled';

export default defineConfig({
  plugins: [bundled('page')],
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // The policy of the page takes nothing that is inline, not even a picture.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
  },
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  test: {include: ['*.test.ts', '{contract,gateway,src}/**/*.test.ts']},
});
