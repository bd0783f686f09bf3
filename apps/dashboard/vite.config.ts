import { fileURLToPath } from 'node:url';
import { defaultClientConditions, defineConfig } from 'vite';
import solid from 'vite-plugin-solid';
import { compressed } from './compressed.js';

const page = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** The server's address during development of the page (`npx vite` here, `grokscope serve` beside it). */
const server = process.env['GROKSCOPE_SERVER'] ?? 'http://127.0.0.1:4600';

// The same headers as the server's: shared memory (threads in the page) needs an isolated page.
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: page('.'),
  // The built page may lie in any folder of any plain file host.
  base: './',
  plugins: [solid(), compressed()],
  resolve: { conditions: ['@grokscope/source', ...defaultClientConditions] },
  worker: { format: 'es' },
  server: {
    headers: isolation,
    proxy: {
      // The server accepts only an Origin that equals the Host, so both are rewritten.
      '/api': { target: server, changeOrigin: true },
      '/ws': { target: server, ws: true, changeOrigin: true, rewriteWsOrigin: true },
    },
  },
  preview: { headers: isolation },
  build: {
    outDir: page('dist'),
    emptyOutDir: true,
    target: 'es2022',
    // A strict Content-Security-Policy allows no inlined data: fonts and scripts stay files.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: { index: page('index.html'), conformance: page('conformance.html') } },
  },
});
