import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const licence = readFileSync(new URL("node_modules/leaflet/LICENSE", import.meta.url), "utf8").trim();

// Leaflet as a module beside the page's own script, with its licence; see src/roam/leaflet.ts.
export default defineConfig({
  build: {
    outDir: process.env.STUDIO_OUT ?? "../src/sat2density/assets/studio",
    emptyOutDir: false,
    assetsInlineLimit: 10_000,
    target: "es2022",
    lib: { entry: "leaflet/entry.ts", formats: ["es"], fileName: () => "leaflet.js", cssFileName: "leaflet" },
    rollupOptions: { output: { banner: `/*! Leaflet\n${licence}\n*/` } },
  },
});
