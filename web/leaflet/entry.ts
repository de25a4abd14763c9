// Leaflet, built into a file of its own: only a studio that is on a map loads it.
import "leaflet/dist/leaflet.css";

// @ts-expect-error the module that Leaflet ships; its types are those of the package
export * from "leaflet/dist/leaflet-src.esm.js";
