// The colour scale of depth and height: dark violet (near, low) over green to pale yellow (far, high). Its lightness
// rises evenly, so that it also reads in grey and by people who do not see all colours.

export type Rgb = readonly [number, number, number];

export const SCALE: readonly Rgb[] = [
  [0.15, 0.04, 0.3],
  [0.2, 0.2, 0.5],
  [0.14, 0.38, 0.55],
  [0.1, 0.53, 0.53],
  [0.2, 0.67, 0.44],
  [0.52, 0.79, 0.3],
  [0.96, 0.93, 0.42],
];

export function colourAt(share: number): Rgb {
  const position = Math.min(1, Math.max(0, share)) * (SCALE.length - 1);
  const index = Math.min(SCALE.length - 2, Math.floor(position));
  const a = SCALE[index] as Rgb;
  const b = SCALE[index + 1] as Rgb;
  const mix = (k: 0 | 1 | 2): number => a[k] + (b[k] - a[k]) * (position - index);
  return [mix(0), mix(1), mix(2)];
}

export function scaleCss(): string {
  const stops = SCALE.map((c) => `rgb(${c.map((v) => Math.round(v * 255)).join(" ")})`);
  return `linear-gradient(to right, ${stops.join(", ")})`;
}
