import { defineConfig } from "vite";

// Leaflet as a module beside the page's own script; see src/roam/leaflet.ts.
export default defineConfig({
  build: {
    outDir: process.env.STUDIO_OUT ?? "../src/sat2density/assets/studio",
    emptyOutDir: false,
    assetsInlineLimit: 10_000,
    target: "es2022",
    lib: { entry: "leaflet/entry.ts", formats: ["es"], fileName: () => "leaflet.js", cssFileName: "leaflet" },
  },
});
