// What lies beyond the tile: its ground mirrored, its things mirrored once around it, low woods that close the horizon.

import * as THREE from "three";
import { hash } from "./grain";

const GROUND_M = 1200;
const STEPS = 720;
/** Wider places have no mirrored things around them. */
const WIDEST_M = 90;
/** Rings of woods: how many times the half side away, height in metres, colour at their foot and top. */
const RINGS = [
  { far: 2.6, high: 7, low: [0.03, 0.04, 0.02], top: [0.06, 0.075, 0.04] },
  { far: 5.5, high: 14, low: [0.06, 0.07, 0.05], top: [0.075, 0.09, 0.07] },
] as const;

/** A square of ground whose cells grow outwards: a cell that reaches behind the eye shows its picture blurred where the processor draws. */
export function groundGrid(extentM: number): THREE.BufferGeometry {
  const fine = Array.from({ length: 16 }, (_, k) => k / 20);
  const steps = [...fine, 0.85, 1, 1.25, 1.6, 2.5, 4, 8, Math.max(16, GROUND_M / extentM)];
  const lines = [...steps.slice(1).reverse().map((v) => -v), ...steps].map((v) => v * extentM);
  const count = lines.length;
  const indices: number[] = [];
  for (let row = 0; row + 1 < count; row++) {
    for (let column = 0; column + 1 < count; column++) {
      const at = row * count + column;
      indices.push(at, at + count, at + 1, at + 1, at + count, at + count + 1);
    }
  }
  const places = lines.flatMap((south) => lines.map((east) => [east, south] as const));
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(places.flatMap(([east, south]) => [east, 0, south]), 3));
  geometry.setAttribute("normal", new THREE.Float32BufferAttribute(places.flatMap(() => [0, 1, 0]), 3));
  geometry.setAttribute("uv", new THREE.Float32BufferAttribute(places.flatMap(([east, south]) => [east / extentM + 0.5, south / extentM + 0.5]), 2));
  geometry.setIndex(indices);
  return geometry;
}

export function woods(extentM: number): THREE.BufferGeometry {
  const positions: number[] = [];
  const colours: number[] = [];
  const indices: number[] = [];
  RINGS.forEach(({ far, high, low, top }, ring) => {
    const radius = far * Math.max(20, extentM / 2);
    const first = positions.length / 3;
    for (let k = 0; k <= STEPS; k++) {
      const turn = ((k % STEPS) / STEPS) * 2 * Math.PI;
      const wave = 1 + 0.25 * Math.sin(5 * turn + ring) + 0.2 * Math.sin(13 * turn + 2 * ring) * Math.sin(31 * turn);
      const crown = 0.09 * Math.abs(Math.sin(120 * turn + 3 * Math.sin(7 * turn))) + 0.03 * hash(k % STEPS, ring, 5);
      const shade = 0.8 + 0.4 * hash((k % STEPS) >> 2, ring, 9);
      const east = radius * Math.sin(turn);
      const south = -radius * Math.cos(turn);
      positions.push(east, -0.5, south, east, high * (wave + crown), south);
      colours.push(...low.map((v) => v * shade), ...top.map((v) => v * shade));
      if (k > 0) {
        const at = first + 2 * k;
        indices.push(at - 2, at, at - 1, at, at + 1, at - 1);
      }
    }
  });
  const geometry = new THREE.BufferGeometry();
  geometry.setAttribute("position", new THREE.Float32BufferAttribute(positions, 3));
  geometry.setAttribute("color", new THREE.Float32BufferAttribute(colours, 3));
  geometry.setIndex(indices);
  // Woods have no side that faces the sun: they are lit like a slope that faces up.
  geometry.setAttribute("normal", new THREE.Float32BufferAttribute(positions.map((_, i) => (i % 3 === 1 ? 1 : 0)), 3));
  geometry.setAttribute("uv", new THREE.Float32BufferAttribute(new Float32Array((positions.length / 3) * 2), 2));
  return geometry;
}

/** Places of mirrored copies around the tile: position and scale of each. */
export function mirrors(extentM: number): THREE.Matrix4[] {
  const found: THREE.Matrix4[] = [];
  if (extentM > WIDEST_M) return found; // a whole map is wide enough
  for (const i of [-1, 0, 1]) {
    for (const j of [-1, 0, 1]) {
      if (i === 0 && j === 0) continue;
      const scale = new THREE.Vector3(i === 0 ? 1 : -1, 1, j === 0 ? 1 : -1);
      found.push(new THREE.Matrix4().makeScale(scale.x, scale.y, scale.z).setPosition(i * extentM, 0, j * extentM));
    }
  }
  return found;
}
