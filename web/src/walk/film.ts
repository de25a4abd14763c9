// Linear light as a film shows it: what `shaders.ts` does, for pictures that are painted here.

import type { Triple } from "./light";

/** Display values in [0, 1]. */
export function filmed(light: Triple, exposure: number): Triple {
  const shown = light.map((v) => (1 - Math.exp(-exposure * Math.max(0, v))) ** 0.4545) as Triple;
  const grey = 0.3 * shown[0] + 0.59 * shown[1] + 0.11 * shown[2];
  return shown.map((v) => {
    const strong = grey + 1.1 * (v - grey);
    return Math.min(1, Math.max(0, strong + 0.2 * (strong - 0.5) * (1 - Math.abs(2 * strong - 1))));
  }) as Triple;
}
