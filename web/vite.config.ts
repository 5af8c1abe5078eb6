import { fileURLToPath, URL } from 'node:url'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { chunks } from './scripts/chunks.ts'
import { hints } from './scripts/hints.ts'
import { icons } from './scripts/icons.ts'

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url))
const api = process.env.API_URL ?? 'http://127.0.0.1:3001'

/** What every page needs, and what every page of a signed-in person needs. */
const rooms = { entry: path('./src/app/main.tsx'), frame: path('./src/app/shell/signed-in.tsx') }

export default defineConfig({
  plugins: [
    icons(),
    react(),
    tailwindcss(),
    hints({
      ...rooms,
      router: path('./src/app/router.tsx'),
      source: path('./src'),
      signIn: '/sign-in',
      leads: { '/': '/o/:org/dashboard' },
      strangers: ['/sign-in', '/register', '/invitation', '/forgot', '/reset', '/undo', '/verify', '/dev/gallery'],
    }),
  ],
  resolve: { alias: { '@': path('./src') } },
  // The server replaces the placeholder with a fresh nonce in every answer.
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    // Data URIs would need a wider content security policy.
    assetsInlineLimit: 0,
    manifest: true,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        codeSplitting: chunks({ ...rooms, form: path('./src/features/auth/pages/sign-in-page.tsx') }),
      },
    },
  },
  server: {
    port: 5173,
    // The API compares Origin with its own address, so it has to see itself as the origin.
    proxy: {
      '/api': {
        target: api,
        changeOrigin: true,
        configure: (proxy) =>
          proxy.on('proxyReq', (req) => {
            if (req.getHeader('origin')) req.setHeader('origin', new URL(api).origin)
          }),
      },
    },
  },
  test: {
    environment: 'jsdom',
    setupFiles: ['src/testing/setup.ts'],
    include: ['src/**/*.test.{ts,tsx}'],
    css: false,
    maxWorkers: 2,
    testTimeout: 60_000,
  },
})
