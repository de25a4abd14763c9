// The 360-degree view: a sphere around the eye, coloured in the shader from the layers of one frame, so that changing
// the layer, turning and zooming never ask the server.

import * as THREE from "three";
import { SCALE } from "./colours";
import type { Looking } from "./looking";
import type { Layer, SceneInfo } from "./protocol";

const NO_SURFACE = 65535;

export interface Frame {
  picture?: ImageBitmap;
  colour?: ImageBitmap;
  /** centimetres; 65535: nothing is hit */
  depth?: Uint16Array;
  opacity?: Uint8Array;
}

const VERTEX = /* glsl */ `
varying vec3 direction;
void main() {
  direction = position;
  gl_Position = projectionMatrix * mat4(mat3(viewMatrix)) * vec4(position, 1.0);
}`;

// x east, y up, z south: the middle of the picture looks north (-z), a quarter further to the right east (+x).
const FRAGMENT = /* glsl */ `
precision highp float;
varying vec3 direction;
uniform sampler2D image;
uniform int mode;
uniform float fieldOfView;
uniform vec2 pixelShift;
uniform float range;
uniform vec3 scale[${SCALE.length}];
uniform vec3 nothing;
const float PI = 3.141592653589793;
vec3 coloured(float share) {
  float position = clamp(share, 0.0, 1.0) * ${(SCALE.length - 1).toFixed(1)};
  int low = int(min(floor(position), ${(SCALE.length - 2).toFixed(1)}));
  vec3 a = scale[0], b = scale[1];
  for (int i = 1; i < ${SCALE.length - 1}; i++) if (i == low) { a = scale[i]; b = scale[i + 1]; }
  return mix(a, b, position - float(low));
}
void main() {
  vec3 d = normalize(direction);
  float latitude = asin(clamp(d.y, -1.0, 1.0)) / fieldOfView;
  vec2 at = vec2(fract(atan(d.x, -d.z) / (2.0 * PI) + 0.5 + pixelShift.x), 0.5 - latitude + pixelShift.y);
  if (abs(latitude) > 0.5) { gl_FragColor = vec4(nothing, 1.0); return; }
  vec4 value = texture2D(image, at);
  if (mode == 0) gl_FragColor = vec4(value.rgb, 1.0);
  else if (mode == 1) gl_FragColor = vec4(value.r < 0.0 ? nothing : coloured(value.r / range), 1.0);
  else gl_FragColor = vec4(vec3(value.r), 1.0);
}`;

export class Panorama {
  layer: Layer = "picture";
  /** Metres at the bright end of the depth scale. */
  readonly rangeM: number;
  private readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera(75, 1, 0.1, 10);
  private readonly material: THREE.ShaderMaterial;
  private readonly textures: Partial<Record<Layer, THREE.Texture>> = {};
  private readonly size: [number, number];
  private readonly fov: number;
  private waiting = false;
  private shown = true;

  constructor(
    readonly canvas: HTMLCanvasElement,
    info: SceneInfo,
    private readonly looking: Looking,
  ) {
    this.size = info.panorama;
    this.fov = info.verticalFovDeg;
    this.rangeM = info.extentM * 0.75;
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: false });
    const corner = info.pixelRule === "corner";
    this.material = new THREE.ShaderMaterial({
      vertexShader: VERTEX,
      fragmentShader: FRAGMENT,
      side: THREE.BackSide,
      uniforms: {
        image: { value: null },
        mode: { value: 0 },
        fieldOfView: { value: (this.fov * Math.PI) / 180 },
        pixelShift: { value: corner ? new THREE.Vector2(0.5 / this.size[0], 0.5 / this.size[1]) : new THREE.Vector2() },
        range: { value: this.rangeM },
        scale: { value: SCALE.map((c) => new THREE.Vector3(...c)) },
        nothing: { value: new THREE.Vector3(0.09, 0.11, 0.14) },
      },
    });
    this.scene.add(new THREE.Mesh(new THREE.SphereGeometry(1, 64, 32), this.material));
    looking.onTurn(() => this.draw());
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  get hasFrame(): boolean {
    return this.textures[this.layer] !== undefined;
  }

  /** Show a frame; layers it does not hold keep what they showed. */
  show(frame: Frame): void {
    const [width, height] = this.size;
    if (frame.picture) this.put("picture", new THREE.Texture(frame.picture));
    if (frame.colour) this.put("colour", new THREE.Texture(frame.colour));
    if (frame.depth?.length === width * height) {
      const metres = Float32Array.from(frame.depth, (code) => (code === NO_SURFACE ? -1 : code / 100));
      this.put("depth", new THREE.DataTexture(metres, width, height, THREE.RedFormat, THREE.FloatType));
    }
    if (frame.opacity?.length === width * height) {
      this.put("opacity", new THREE.DataTexture(frame.opacity, width, height, THREE.RedFormat));
    }
    this.draw();
  }

  setLayer(layer: Layer): void {
    this.layer = layer;
    this.draw();
  }

  /** Only what is seen is drawn. */
  setShown(shown: boolean): void {
    this.shown = shown;
    this.draw();
  }

  draw(): void {
    if (this.waiting || !this.shown) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.drawNow();
    });
  }

  private put(layer: Layer, texture: THREE.Texture): void {
    const old = this.textures[layer];
    const filter = layer === "depth" ? THREE.NearestFilter : THREE.LinearFilter;
    texture.flipY = false;
    texture.generateMipmaps = false;
    texture.minFilter = texture.magFilter = filter;
    texture.wrapS = THREE.RepeatWrapping;
    texture.needsUpdate = true;
    this.textures[layer] = texture;
    old?.dispose();
  }

  private drawNow(): void {
    const texture = this.textures[this.layer] ?? this.textures.picture;
    const mode = texture === this.textures[this.layer] ? ["picture", "depth", "opacity"].indexOf(this.layer) : 0;
    this.material.uniforms.image = { value: texture ?? null };
    this.material.uniforms.mode = { value: Math.max(0, mode) };
    const { gaze } = this.looking;
    this.camera.fov = gaze.fov;
    this.camera.updateProjectionMatrix();
    const yaw = (-gaze.yaw * Math.PI) / 180;
    this.camera.quaternion.setFromEuler(new THREE.Euler((gaze.pitch * Math.PI) / 180, yaw, 0, "YXZ"));
    this.camera.updateMatrixWorld();
    if (texture) this.renderer.render(this.scene, this.camera);
    else this.renderer.clear();
  }

  private resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    this.renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
    this.renderer.setSize(width, height, false);
    this.camera.aspect = width / height;
    this.looking.aspect = this.camera.aspect;
  }
}
