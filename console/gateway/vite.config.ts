import {defineConfig} from 'vite';
import {bundled} from '../bundled';

// One file with all that it needs in it: what runs the gateway is Node alone.
export default defineConfig({
  plugins: [bundled('gateway')],
  publicDir: false,
  build: {
    ssr: 'gateway/main.ts',
    outDir: 'dist/gateway',
    target: 'node18',
    rollupOptions: {output: {entryFileNames: 'gateway.mjs'}},
  },
  ssr: {noExternal: true},
});
