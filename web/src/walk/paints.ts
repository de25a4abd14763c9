// The materials of the walk, and the light that all of them share.

import * as THREE from "three";
import { darkness, isSunny, type Triple, type WalkLight } from "./light";
import { filmed } from "./film";
import { GROUND_FRAGMENT, GROUND_VERTEX, MIRROR_FRAGMENT, MIRROR_VERTEX, SOLID_FRAGMENT, SOLID_VERTEX } from "./shaders";
import { grainTexture } from "./grain";

/** What ground sends back of light, in the mean; tiles are brighter or darker pictures of it. */
const MEAN_ALBEDO = 0.14;
/** Crowns shade themselves: their leaves are brighter than they look from above. */
const SHADED = 1.7;
/** The share of light that comes through so many metres of haze is one half. */
const HAZE_M = 260;

type Uniforms = Record<string, THREE.IUniform>;

export class Paints {
  readonly grain = grainTexture();
  /** Values of the light; every material holds these very objects. */
  readonly light = {
    sunDirection: { value: new THREE.Vector3(0, 1, 0) },
    sunRgb: { value: new THREE.Vector3() },
    skyRgb: { value: new THREE.Vector3() },
    groundRgb: { value: new THREE.Vector3() },
    horizonRgb: { value: new THREE.Vector3() },
    zenithRgb: { value: new THREE.Vector3() },
    hazeRgb: { value: new THREE.Vector3() },
    haze: { value: Math.sqrt(Math.log(2)) / HAZE_M },
    exposure: { value: 1 },
    night: { value: 0 },
    shadowMatrix: { value: new THREE.Matrix4() },
    shadows: { value: null as THREE.DepthTexture | null },
  };
  private readonly made = new Map<string, THREE.ShaderMaterial>();

  /** @param gain by which the tile's colours are darker than albedo */
  constructor(readonly gain: number) {}

  setLight(light: WalkLight): void {
    const { light: shared } = this;
    const up = Math.max(0, light.sun[2]);
    const sun: Triple = isSunny(light) ? light.sunRgb : [0, 0, 0];
    shared.sunDirection.value.set(light.sun[0], light.sun[2], light.sun[1]);
    shared.sunRgb.value.set(...sun);
    shared.skyRgb.value.set(...light.skyRgb);
    // Ground sends back about a fifth of the sky's light, and a quarter of the sun's.
    shared.groundRgb.value.set(...light.skyRgb).multiplyScalar(0.2).addScaledVector(shared.sunRgb.value, 0.24 * up);
    shared.horizonRgb.value.set(...light.horizonRgb);
    shared.zenithRgb.value.set(...light.zenithRgb);
    shared.hazeRgb.value.set(...filmed(light.hazeRgb, light.exposure));
    shared.exposure.value = light.exposure;
    shared.night.value = darkness(light);
  }

  /** The material of a part of the model, by its name there. */
  of(name: string, map: THREE.Texture | null): THREE.ShaderMaterial {
    const known = this.made.get(name);
    if (known) return known;
    const material = name === "window" || name === "glass" || name === "water" ? this.mirror(name === "window") : this.solid(name, map);
    this.made.set(name, material);
    return material;
  }

  ground(baked: THREE.Texture): THREE.ShaderMaterial {
    return this.material(GROUND_VERTEX, GROUND_FRAGMENT, {}, { baked: { value: baked }, grain: { value: this.grain } });
  }

  /** Woods and other things without a picture, lit as they are. */
  plain(): THREE.ShaderMaterial {
    const material = this.solid("plain", null);
    material.side = THREE.DoubleSide;
    return material;
  }

  private solid(name: string, map: THREE.Texture | null): THREE.ShaderMaterial {
    const leaf = name === "leaf";
    const tint = leaf || name === "crown" ? SHADED * this.gain : name.includes("roof") ? this.gain : 1;
    const defines = { ...(map ? { SHOWN: "" } : {}), ...(leaf || name === "crown" ? { LEAF: "" } : {}) };
    const material = this.material(SOLID_VERTEX, SOLID_FRAGMENT, defines, { map: { value: map }, tint: { value: new THREE.Vector3(tint, tint, tint) } });
    material.vertexColors = true;
    if (leaf) material.side = THREE.DoubleSide;
    return material;
  }

  private mirror(lit: boolean): THREE.ShaderMaterial {
    const material = this.material(MIRROR_VERTEX, MIRROR_FRAGMENT, lit ? { LIT: "" } : {}, {});
    material.vertexColors = true;
    return material;
  }

  private material(vertexShader: string, fragmentShader: string, defines: Record<string, string>, own: Uniforms): THREE.ShaderMaterial {
    const material = new THREE.ShaderMaterial({ vertexShader, fragmentShader, defines, toneMapped: false });
    material.uniforms = { ...this.light, ...own };
    return material;
  }
}

/** How much brighter than its picture the ground is as albedo: its median grey becomes that of common ground. */
export function gainOf(ground: THREE.Texture | null): number {
  const image = ground?.image as CanvasImageSource | undefined;
  const side = 48;
  const context = new OffscreenCanvas(side, side).getContext("2d");
  if (!image || !context) return 1;
  context.drawImage(image, 0, 0, side, side);
  const { data } = context.getImageData(0, 0, side, side);
  const linear = (v: number): number => ((v / 255 + 0.055) / 1.055) ** 2.4;
  const greys: number[] = [];
  for (let i = 0; i < data.length; i += 4) greys.push(0.3 * linear(data[i] ?? 0) + 0.59 * linear(data[i + 1] ?? 0) + 0.11 * linear(data[i + 2] ?? 0));
  greys.sort((a, b) => a - b);
  return Math.min(5, Math.max(0.4, MEAN_ALBEDO / Math.max(1e-3, greys[greys.length >> 1] ?? MEAN_ALBEDO)));
}
