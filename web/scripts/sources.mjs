// The hash of everything the page is built from. `sat2density`'s tests compute the same one without Node.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const WEB = new URL("..", import.meta.url).pathname;
const FILES = ["index.html", "package.json", "package-lock.json", "tsconfig.json", "vite.config.ts", "vite.leaflet.config.ts", "leaflet/entry.ts"];

export function sourcesHash() {
  const inside = readdirSync(join(WEB, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(WEB.length));
  const hash = createHash("sha256");
  for (const name of [...FILES, ...inside].sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(WEB, name))).update("\0");
  }
  return hash.digest("hex");
}

export const BUILT = ["index.html", "leaflet.css", "leaflet.js", "studio.css", "studio.js"];

export function builtHash(folder) {
  const hash = createHash("sha256");
  for (const name of BUILT) hash.update(`${name}\0`).update(readFileSync(join(folder, name))).update("\0");
  return hash.digest("hex");
}
