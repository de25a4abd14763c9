// Writes which sources the built page belongs to, beside it.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { WEB, builtHash, sourcesHash } from "./sources.mjs";

const folder = join(WEB, "../src/sat2density/assets/studio");
writeFileSync(join(folder, "built.json"), JSON.stringify({ sources: sourcesHash(), built: builtHash(folder) }, null, 1) + "\n");
