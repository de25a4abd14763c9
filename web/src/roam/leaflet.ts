// Loads Leaflet, which lies beside the page's script, when a map is there to be shown.

import type * as L from "leaflet";
import { h } from "../dom";

export type Leaflet = typeof L;

export async function loadLeaflet(): Promise<Leaflet> {
  document.head.append(h("link", { rel: "stylesheet", href: new URL("assets/leaflet.css", document.baseURI).href }));
  return (await import(/* @vite-ignore */ new URL("assets/leaflet.js", document.baseURI).href)) as Leaflet;
}
