import { defineConfig } from "vite";

// One script and one style sheet, both with fixed names: the same script drives the studio and the saved page,
// where `sat2density.export.page` puts it inline.
export default defineConfig({
  base: "/assets/",
  plugins: [
    {
      // A proxy may show the studio under a path of its own: addresses are relative to the page.
      name: "relative-addresses",
      transformIndexHtml: { order: "post", handler: (html) => html.replaceAll('"/assets/', '"assets/') },
    },
  ],
  build: {
    outDir: process.env.STUDIO_OUT ?? "../src/sat2density/assets/studio",
    emptyOutDir: false,
    assetsDir: ".",
    modulePreload: false,
    cssCodeSplit: false,
    chunkSizeWarningLimit: 900,
    target: "es2022",
    rollupOptions: {
      output: { entryFileNames: "studio.js", assetFileNames: "studio.[ext]", format: "iife" },
    },
  },
});
