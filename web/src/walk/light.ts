// A light as the page holds it (`sat2density.city.walk_page` writes it): linear colours, the sun as [east, south, up].

export type Triple = [number, number, number];

export interface WalkLight {
  name: string;
  sun: Triple;
  sunRgb: Triple;
  skyRgb: Triple;
  zenithRgb: Triple;
  horizonRgb: Triple;
  hazeRgb: Triple;
  /** share of the sky under clouds */
  cloud: number;
  cloudRgb: Triple;
  glow: number;
  exposure: number;
}

/** Whether the sun shines: dusk and closed cloud have none. */
export function isSunny(light: WalkLight): boolean {
  return light.sunRgb[0] > 0.01;
}

/** How dark it is outside, 0 (day) to 1: windows are lit then. */
export function darkness(light: WalkLight): number {
  return Math.min(1, Math.max(0, 1 - light.skyRgb[1] / 0.15));
}
