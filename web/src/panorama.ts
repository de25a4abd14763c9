// The 360-degree view: a sphere around the eye, coloured in the shader from the layers of one frame, so that changing
// the layer, turning and zooming never ask the server.

import * as THREE from "three";
import { SCALE } from "./colours";
import { fit } from "./fit";
import type { Looking } from "./looking";
import type { Layer, Place, SceneInfo, WindowWish } from "./protocol";
import { directionOf, eyeAt, hitOf, type Hit, type Spot } from "./sight";

const NO_SURFACE = 65535;

export interface Frame {
  /** where it was seen from */
  place: Place;
  /** set where the picture is that of one window, and finer than the panorama */
  detail?: WindowWish;
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
uniform sampler2D detail;
uniform mat3 detailTurn;
uniform vec2 detailReach;
const float PI = 3.141592653589793;
vec3 coloured(float share) {
  float position = clamp(share, 0.0, 1.0) * ${(SCALE.length - 1).toFixed(1)};
  int low = int(min(floor(position), ${(SCALE.length - 2).toFixed(1)}));
  vec3 a = scale[0], b = scale[1];
  for (int i = 1; i < ${SCALE.length - 1}; i++) if (i == low) { a = scale[i]; b = scale[i + 1]; }
  return mix(a, b, position - float(low));
}
// The finer picture of one window, where it was painted; it fades into the panorama towards its edges.
vec3 refined(vec3 coarse, vec3 d) {
  vec3 seen = detailTurn * d;
  if (detailReach.x <= 0.0 || seen.z > -0.01) return coarse;
  vec2 at = seen.xy / (-seen.z * detailReach);
  vec2 inside = smoothstep(vec2(0.0), vec2(0.04), 1.0 - abs(at));
  return mix(coarse, texture2D(detail, vec2(0.5 + 0.5 * at.x, 0.5 - 0.5 * at.y)).rgb, inside.x * inside.y);
}
void main() {
  vec3 d = normalize(direction);
  float latitude = asin(clamp(d.y, -1.0, 1.0)) / fieldOfView;
  vec2 at = vec2(fract(atan(d.x, -d.z) / (2.0 * PI) + 0.5 + pixelShift.x), 0.5 - latitude + pixelShift.y);
  if (abs(latitude) > 0.5) { gl_FragColor = vec4(nothing, 1.0); return; }
  vec4 value = texture2D(image, at);
  if (mode == 0) gl_FragColor = vec4(refined(value.rgb, d), 1.0);
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
  private depth: { metres: Float32Array; place: Place } | null = null;
  private waiting = false;
  private shown = true;

  constructor(
    private readonly canvas: HTMLCanvasElement,
    private readonly info: SceneInfo,
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
        detail: { value: null },
        detailTurn: { value: new THREE.Matrix3() },
        detailReach: { value: new THREE.Vector2() },
      },
    });
    this.scene.add(new THREE.Mesh(new THREE.SphereGeometry(1, 64, 32), this.material));
    looking.onTurn(() => this.draw());
    new ResizeObserver(() => this.resize()).observe(canvas);
    this.resize();
  }

  get element(): HTMLElement {
    return this.canvas;
  }

  get hasFrame(): boolean {
    return this.textures[this.layer] !== undefined;
  }

  /** Show a frame; layers it does not hold keep what they showed. */
  show(frame: Frame): void {
    const [width, height] = this.size;
    if (frame.picture && frame.detail) {
      this.refine(new THREE.Texture(frame.picture), frame.detail);
      return;
    }
    if (frame.picture) this.refine(null);
    if (frame.picture) this.put("picture", new THREE.Texture(frame.picture));
    if (frame.colour) this.put("colour", new THREE.Texture(frame.colour));
    if (frame.depth?.length === width * height) {
      const metres = Float32Array.from(frame.depth, (code) => (code === NO_SURFACE ? -1 : code / 100));
      this.depth = { metres, place: frame.place };
      this.put("depth", new THREE.DataTexture(metres, width, height, THREE.RedFormat, THREE.FloatType));
    }
    if (frame.opacity?.length === width * height) {
      this.put("opacity", new THREE.DataTexture(frame.opacity, width, height, THREE.RedFormat));
    }
    this.draw();
  }

  /** What is seen in a spot of the window; null for the sky, and while the depth of this place is not known yet. */
  hit(spot: Spot, from: Place): Hit | null {
    const { metres, place } = this.depth ?? {};
    if (!metres || place?.east !== from.east || place.south !== from.south) return null;
    const [width, height] = this.size;
    const direction = directionOf(this.looking, spot);
    const latitude = Math.asin(direction.y) / ((this.fov * Math.PI) / 180);
    if (Math.abs(latitude) > 0.5) return null;
    const around = Math.atan2(direction.x, -direction.z) / (2 * Math.PI) + 0.5;
    const shift = this.info.pixelRule === "corner" ? 0.5 : 0;
    const column = Math.floor(around * width + shift) % width;
    const row = Math.min(height - 1, Math.floor((0.5 - latitude) * height + shift));
    const away = metres[row * width + column] ?? -1;
    return away < 0 ? null : hitOf(eyeAt(from, this.info.extentM / 2, this.info.cameraHeightM), direction, away);
  }

  /** Another tile was entered: what is known of the depth is of the old one. */
  forgetDepth(): void {
    this.depth = null;
  }

  /** The canvas with the picture of now in it. */
  picture(): HTMLCanvasElement {
    this.drawNow();
    return this.canvas;
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

  /** Lay the finer picture of a window over the panorama, or take it away. */
  private refine(texture: THREE.Texture | null, window?: WindowWish): void {
    const { detail, detailTurn, detailReach } = this.material.uniforms as Record<string, THREE.IUniform>;
    if (!detail || !detailTurn || !detailReach) return;
    (detail.value as THREE.Texture | null)?.dispose();
    detail.value = texture;
    const reach = Math.tan(((window?.fov ?? 0) * Math.PI) / 360);
    (detailReach.value as THREE.Vector2).set(reach, window ? (reach * window.height) / window.width : 0);
    if (texture && window) {
      filtered(texture, THREE.LinearFilter);
      const turn = new THREE.Matrix4().makeRotationFromEuler(turned(window));
      (detailTurn.value as THREE.Matrix3).setFromMatrix4(turn.transpose());
    }
    this.canvas.dataset.detailed = String(texture !== null);
    this.draw();
  }

  private put(layer: Layer, texture: THREE.Texture): void {
    const old = this.textures[layer];
    filtered(texture, layer === "depth" ? THREE.NearestFilter : THREE.LinearFilter);
    texture.wrapS = THREE.RepeatWrapping;
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
    this.camera.quaternion.setFromEuler(turned(gaze));
    this.camera.updateMatrixWorld();
    if (texture) this.renderer.render(this.scene, this.camera);
    else this.renderer.clear();
  }

  private resize(): void {
    const aspect = fit(this.renderer, this.canvas);
    if (aspect === null) return;
    this.camera.aspect = this.looking.aspect = aspect;
  }
}

function turned({ yaw, pitch }: { yaw: number; pitch: number }): THREE.Euler {
  return new THREE.Euler((pitch * Math.PI) / 180, (-yaw * Math.PI) / 180, 0, "YXZ");
}

function filtered(texture: THREE.Texture, filter: THREE.MagnificationTextureFilter): void {
  texture.flipY = false;
  texture.generateMipmaps = false;
  texture.minFilter = texture.magFilter = filter;
  texture.needsUpdate = true;
}
