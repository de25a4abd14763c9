// Noise: single values, smooth ones, and a seamless picture of grain for the ground.

import * as THREE from "three";

const SIDE = 256;

/** A well mixed value in [0, 1) for whole numbers. */
export function hash(x: number, y: number, seed: number): number {
  let h = Math.imul(x, 0x27d4eb2f) ^ Math.imul(y, 0x165667b1) ^ Math.imul(seed, 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 13), 0x165667b1);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** Values at whole numbers, smoothly joined; `period` makes it repeat. */
export function noise(x: number, y: number, seed: number, period = 0): number {
  const c = Math.floor(x);
  const r = Math.floor(y);
  const u = (x - c) * (x - c) * (3 - 2 * (x - c));
  const v = (y - r) * (y - r) * (3 - 2 * (y - r));
  const at = (column: number, row: number): number => (period ? hash(column % period, row % period, seed) : hash(column, row, seed));
  return (at(c, r) * (1 - u) + at(c + 1, r) * u) * (1 - v) + (at(c, r + 1) * (1 - u) + at(c + 1, r + 1) * u) * v;
}

/** Seamless noise: single grains (red) and clumps (green). */
export function grainTexture(): THREE.Texture {
  const pixels = new Uint8Array(SIDE * SIDE * 4);
  const layer = (x: number, y: number, cells: number, seed: number): number => noise((x * cells) / SIDE, (y * cells) / SIDE, seed, cells);
  for (let y = 0; y < SIDE; y++) {
    for (let x = 0; x < SIDE; x++) {
      const single = 0.6 * layer(x, y, 128, 1) + 0.4 * layer(x, y, 64, 2);
      const clump = 0.5 * layer(x, y, 20, 3) + 0.3 * layer(x, y, 8, 4) + 0.2 * layer(x, y, 80, 5);
      pixels.set([Math.round(255 * single), Math.round(255 * clump), 0, 255], (y * SIDE + x) * 4);
    }
  }
  const texture = new THREE.DataTexture(pixels, SIDE, SIDE);
  texture.wrapS = texture.wrapT = THREE.RepeatWrapping;
  texture.magFilter = THREE.LinearFilter;
  texture.minFilter = THREE.LinearMipmapLinearFilter;
  texture.generateMipmaps = true;
  texture.needsUpdate = true;
  return texture;
}
