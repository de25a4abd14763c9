// The sky as a picture on a dome: gradient, sun with its glow, clouds; painted once for each light.

import * as THREE from "three";
import { filmed } from "./film";
import { noise } from "./grain";
import type { Triple, WalkLight } from "./light";
import { SKY_FRAGMENT, SKY_VERTEX } from "./shaders";

const WIDTH = 1024;
const HEIGHT = 256;
const CLOUD_SCALE = 0.55;

export class Sky {
  readonly mesh: THREE.Mesh<THREE.SphereGeometry, THREE.ShaderMaterial>;
  private readonly pixels = new Uint8Array(WIDTH * HEIGHT * 4).fill(255);
  private readonly texture: THREE.DataTexture;

  constructor() {
    this.texture = new THREE.DataTexture(this.pixels, WIDTH, HEIGHT);
    this.texture.magFilter = this.texture.minFilter = THREE.LinearFilter;
    this.texture.wrapS = THREE.RepeatWrapping;
    const dome = new THREE.SphereGeometry(1, 48, 16, 0, Math.PI * 2, 0, Math.PI / 2 + 0.1);
    this.setPlaces(dome);
    const material = new THREE.ShaderMaterial({ vertexShader: SKY_VERTEX, fragmentShader: SKY_FRAGMENT, uniforms: { map: { value: this.texture } }, side: THREE.BackSide, depthWrite: false });
    this.mesh = new THREE.Mesh(dome, material);
    this.mesh.renderOrder = 1; // after what hides it
    this.mesh.frustumCulled = false;
  }

  /** The picture's columns run clockwise from north, its rows from the horizon up. */
  private setPlaces(dome: THREE.SphereGeometry): void {
    const position = dome.getAttribute("position");
    const uv = dome.getAttribute("uv");
    for (let i = 0; i < position.count; i++) {
      const up = Math.asin(Math.min(1, Math.max(-1, position.getY(i))));
      uv.setY(i, Math.max(0.5 / HEIGHT, up / (Math.PI / 2)));
      // A sphere's first column lies west of its axis; its u runs clockwise seen from inside.
      uv.setX(i, 0.75 - uv.getX(i));
    }
  }

  paint(light: WalkLight): void {
    const [east, south, up] = light.sun;
    for (let row = 0; row < HEIGHT; row++) {
      const rise = (row / (HEIGHT - 1)) * (Math.PI / 2);
      const d2 = Math.sin(rise);
      const level = Math.cos(rise);
      for (let column = 0; column < WIDTH; column++) {
        const turn = ((column + 0.5) / WIDTH) * 2 * Math.PI;
        const d0 = level * Math.sin(turn);
        const d1 = -level * Math.cos(turn);
        const facing = Math.min(1, Math.max(-1, d0 * east + d1 * south + d2 * up));
        const shown = filmed(colourOf(light, d0, d1, d2, Math.acos(facing)), light.exposure);
        for (let k = 0; k < 3; k++) this.pixels[(row * WIDTH + column) * 4 + k] = Math.round(255 * (shown[k] ?? 0));
      }
    }
    this.texture.needsUpdate = true;
  }
}

function mix(a: Triple, b: Triple, t: number): Triple {
  return [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t];
}

function smooth(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

/** As the worlds' renderer has it (`worlds/kernels/sky.py`). */
function colourOf(light: WalkLight, d0: number, d1: number, d2: number, angle: number): Triple {
  const colour = mix(light.horizonRgb, light.zenithRgb, 1 - (1 - d2) ** 2.6);
  let cover = 0;
  let thick = 0;
  if (light.cloud > 0 && d2 > 0.015) {
    const k = CLOUD_SCALE / (d2 + 0.12);
    const bend = noise(0.7 * d0 * k, 0.7 * d1 * k, 14);
    const value = fbm(d0 * k + bend, 1.5 * d1 * k - bend);
    const edge = 0.8 - 0.62 * light.cloud;
    cover = smooth(edge, edge + 0.2, value) * smooth(0.015, 0.12, d2);
    thick = smooth(edge + 0.08, edge + 0.4, value);
  }
  const halo = light.glow * (0.1 * Math.exp(-angle / 0.55) + 0.55 * Math.exp(-angle / 0.16) + 9 * Math.exp(-angle / 0.04)) * (1 - 0.75 * cover);
  const lit: Triple = [colour[0] + light.sunRgb[0] * halo, colour[1] + light.sunRgb[1] * halo, colour[2] + light.sunRgb[2] * halo];
  const bright = 1 - 0.38 * thick + 0.35 * Math.exp(-angle / 0.5) * (1 - thick);
  const body: Triple = [light.cloudRgb[0] * bright, light.cloudRgb[1] * bright, light.cloudRgb[2] * bright];
  return mix(lit, body, 0.94 * cover);
}

function fbm(x: number, y: number): number {
  let total = 0;
  let weight = 0.5;
  for (let octave = 0; octave < 5; octave++) {
    total += weight * noise(x * 2 ** octave, y * 2 ** octave, 7 + octave);
    weight *= 0.5;
  }
  return total / (1 - 0.5 ** 5);
}
