// Builds the page anew beside the shipped one and fails when a byte differs.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BUILT, WEB } from "./sources.mjs";

const shipped = join(WEB, "../src/sat2density/assets/studio");
const fresh = mkdtempSync(join(tmpdir(), "studio-verify-"));
try {
  for (const config of ["vite.config.ts", "vite.leaflet.config.ts"]) {
    execFileSync("npx", ["vite", "build", "--config", config, "--logLevel", "error"], { cwd: WEB, env: { ...process.env, STUDIO_OUT: fresh }, stdio: "inherit" });
  }
  const different = BUILT.filter((name) => !readFileSync(join(fresh, name)).equals(readFileSync(join(shipped, name))));
  if (different.length > 0) {
    console.error(`The shipped page is not what the source builds to: ${different.join(", ")}. Run: npm run build`);
    process.exit(1);
  }
  console.log("The shipped page is what the source builds to.");
} finally {
  rmSync(fresh, { recursive: true });
}
