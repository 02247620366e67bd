import {defineConfig} from 'vitest/config';

export default defineConfig({
  build: {
    outDir: 'dist/page',
    target: 'es2022',
    // The policy of the page takes nothing that is inline, not even a picture.
    assetsInlineLimit: 0,
    modulePreload: {polyfill: false},
    reportCompressedSize: false,
  },
  esbuild: {jsx: 'automatic', jsxImportSource: 'preact'},
  test: {include: ['{contract,gateway,src}/**/*.test.ts']},
});
