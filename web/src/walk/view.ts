// The walk's picture: the model drawn from a place, in a light, as fast as the machine can.

import * as THREE from "three";
import { readCity, type City } from "./city";
import { Baking } from "./baking";
import type { WalkLight } from "./light";
import { Obstacles, type Spot } from "./obstacles";
import { gainOf, Paints } from "./paints";
import { Sky } from "./sky";
import { groundGrid, mirrors, woods } from "./surroundings";

export interface Gaze {
  /** degrees clockwise from north, and upwards */
  yaw: number;
  pitch: number;
  /** vertical, degrees */
  fov: number;
}

const NEAR_M = 0.1;
const FAR_M = 2000;
const ABOVE_PITCH = -52;
/** Frames slower than this make the picture coarser, quicker ones finer (milliseconds). */
const SLOW_MS = 70;
const QUICK_MS = 30;
const COARSEST = 0.5;
/** Share of the leaves that mirrored crowns have. */
const FAR_LEAVES = 0.45;

export class CityView {
  readonly renderer: THREE.WebGLRenderer;
  readonly camera = new THREE.PerspectiveCamera(65, 1, NEAR_M, FAR_M);
  /** Carries the camera: in VR the headset moves within it. */
  readonly rig = new THREE.Group();
  readonly obstacles: Obstacles;
  gaze: Gaze = { yaw: 0, pitch: 0, fov: 65 };
  spot: Spot = { east: 0, south: 0 };
  above = false;
  onDrawn: () => void = () => undefined;
  frames = 0;
  private readonly scene = new THREE.Scene();
  private readonly sky = new Sky();
  private readonly horizon: THREE.Mesh;
  private readonly paints: Paints;
  private readonly baking: Baking;
  /** What stands in the tile itself, and its ground: what can be pointed at. */
  private readonly solid: THREE.Object3D[] = [];
  private share = 1;
  private waiting = false;
  private disposed = false;

  static async open(canvas: HTMLCanvasElement, glb: ArrayBuffer, eyeM: number): Promise<CityView> {
    return new CityView(canvas, await readCity(glb), eyeM);
  }

  private constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly city: City,
    private readonly eyeM: number,
  ) {
    const slow = drawsSlowly();
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: !slow, powerPreference: "high-performance" });
    this.paints = new Paints(gainOf(city.ground));
    this.baking = new Baking(this.renderer, this.paints, city.ground, city.extentM);
    this.baking.ground.texture.anisotropy = slow ? 2 : 8;
    this.obstacles = new Obstacles(city.things, city.extentM / 2 - 0.5);
    this.horizon = new THREE.Mesh(woods(city.extentM), this.paints.plain());
    const ground = new THREE.Mesh(groundGrid(city.extentM), this.paints.ground(this.baking.ground.texture));
    ground.frustumCulled = false;
    this.rig.add(this.camera);
    this.scene.add(this.sky.mesh, this.horizon, ground, this.rig);
    this.solid.push(ground);
    this.fill();
    new ResizeObserver(() => this.draw()).observe(canvas);
  }

  /** Give the graphics memory back; the view is of no use afterwards. */
  dispose(): void {
    this.renderer.setAnimationLoop(null);
    this.renderer.dispose();
    this.renderer.forceContextLoss();
    this.disposed = true;
  }

  get extentM(): number {
    return this.city.extentM;
  }

  setLight(light: WalkLight): void {
    this.paints.setLight(light);
    this.sky.paint(light);
    this.baking.renew();
    this.draw();
  }

  /** Stand at the free place nearest to a wish. */
  stand(wish: Spot): void {
    this.spot = this.obstacles.free(wish);
    this.draw();
  }

  /** Walk as far as walls allow; returns the metres that were walked. */
  walk(to: Spot): number {
    const from = this.spot;
    this.spot = this.obstacles.move(from, to);
    this.draw();
    return Math.hypot(this.spot.east - from.east, this.spot.south - from.south);
  }

  turn(yaw: number, pitch: number): void {
    this.gaze.yaw = ((yaw % 360) + 360) % 360;
    this.gaze.pitch = Math.min(85, Math.max(-85, pitch));
    this.draw();
  }

  zoom(fov: number): void {
    this.gaze.fov = Math.min(100, Math.max(20, fov));
    this.draw();
  }

  setAbove(above: boolean): void {
    this.above = above;
    this.draw();
  }

  /** The place on the ground below a point of the canvas (shares of its size), or null. */
  groundAt(x: number, y: number): Spot | null {
    const ray = new THREE.Raycaster();
    ray.setFromCamera(new THREE.Vector2(2 * x - 1, 1 - 2 * y), this.camera);
    const met = ray.ray.intersectPlane(new THREE.Plane(new THREE.Vector3(0, 1, 0)), new THREE.Vector3());
    return met ? { east: met.x, south: met.z } : null;
  }

  /** Metres from the eye to what is seen in a point of the canvas (shares of its size), or null. */
  awayAt(x: number, y: number): number | null {
    const ray = new THREE.Raycaster();
    ray.setFromCamera(new THREE.Vector2(2 * x - 1, 1 - 2 * y), this.camera);
    return ray.intersectObjects(this.solid, false)[0]?.distance ?? null;
  }

  /** Draw soon; several wishes make one frame. */
  draw(): void {
    if (this.waiting || this.disposed || this.renderer.xr.isPresenting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.drawNow();
    });
  }

  /** Draw; in VR the headset asks for it. */
  drawNow(): void {
    if (this.disposed || this.canvas.clientWidth === 0) return;
    this.baking.bake();
    this.place();
    this.renderer.render(this.scene, this.camera);
    this.frames += 1;
    this.canvas.dataset.frames = String(this.frames);
    this.onDrawn();
  }

  /** Make the picture coarser or finer, by the milliseconds a frame took while walking. */
  adapt(frameMs: number): void {
    const finest = Math.min(2, window.devicePixelRatio);
    if (frameMs > SLOW_MS) this.share = Math.max(COARSEST / finest, this.share * 0.92);
    else if (frameMs < QUICK_MS) this.share = Math.min(1, this.share * 1.04);
  }

  /** A picture at rest is as sharp as the screen. */
  rest(): void {
    if (this.share < 1) {
      const moving = this.share;
      this.share = 1;
      this.drawNow();
      this.share = moving;
    }
  }

  private place(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width > 0 && height > 0 && !this.renderer.xr.isPresenting) {
      const ratio = Math.min(2, window.devicePixelRatio) * this.share;
      const size = this.renderer.getSize(new THREE.Vector2());
      if (Math.abs(this.renderer.getPixelRatio() - ratio) > 1e-3) this.renderer.setPixelRatio(ratio);
      if (size.x !== width || size.y !== height) this.renderer.setSize(width, height, false);
      this.camera.aspect = width / height;
    }
    this.camera.fov = this.above ? 45 : this.gaze.fov;
    this.camera.updateProjectionMatrix();
    const yaw = (-this.gaze.yaw * Math.PI) / 180;
    const pitch = ((this.above ? ABOVE_PITCH : this.gaze.pitch) * Math.PI) / 180;
    const far = this.above ? 0.9 * this.extentM : 0;
    this.horizon.visible = !this.above;
    if (this.renderer.xr.isPresenting) {
      this.rig.position.set(this.spot.east, 0, this.spot.south);
      this.rig.rotation.y = yaw;
      return;
    }
    this.rig.rotation.y = 0;
    this.rig.position.set(0, 0, 0);
    this.camera.rotation.set(pitch, yaw, 0, "YXZ");
    const back = new THREE.Vector3(0, 0, far).applyEuler(this.camera.rotation);
    const middle = this.above ? new THREE.Vector3(0, 0, 0) : new THREE.Vector3(this.spot.east, this.eyeM, this.spot.south);
    this.camera.position.copy(middle).add(back);
  }

  private fill(): void {
    const around = mirrors(this.extentM);
    for (const part of this.city.parts) {
      const material = this.paints.of(part.paint, part.map);
      const mesh = new THREE.Mesh(part.geometry, material);
      if (part.paint !== "water") this.baking.add(mesh, null);
      this.scene.add(mesh);
      this.solid.push(mesh);
      if (!part.within) continue;
      for (const place of around) {
        const copy = new THREE.Mesh(part.geometry, material);
        copy.applyMatrix4(place);
        this.scene.add(copy);
      }
    }
    for (const crown of this.city.crowns) this.plant(crown, around);
  }

  private plant(crown: City["crowns"][number], around: THREE.Matrix4[]): void {
    const material = this.paints.of(crown.paint, crown.map);
    const half = this.extentM / 2;
    const count = crown.places.length;
    const own = new THREE.InstancedMesh(crown.geometry, material, count);
    const far = new THREE.InstancedMesh(crown.paint === "leaf" ? thinned(crown.geometry) : crown.geometry, material, count * around.length);
    let placed = 0;
    crown.places.forEach((place, i) => {
      const colour = crown.colours[i] ?? new THREE.Color(1, 1, 1);
      own.setMatrixAt(i, place);
      own.setColorAt(i, colour);
      const at = new THREE.Vector3().setFromMatrixPosition(place);
      if (Math.max(Math.abs(at.x), Math.abs(at.z)) > half) return;
      for (const mirror of around) {
        // Only its place is mirrored: a mirrored crown would turn its surfaces inside out.
        far.setMatrixAt(placed, place.clone().setPosition(at.clone().applyMatrix4(mirror)));
        far.setColorAt(placed, colour);
        placed += 1;
      }
    });
    far.count = placed;
    this.baking.add(own, crown.paint === "leaf" ? crown.map : null);
    own.frustumCulled = far.frustumCulled = false;
    this.scene.add(own, far);
    this.solid.push(own);
  }
}

/** The same leaves, fewer of them: their order is random. */
function thinned(geometry: THREE.BufferGeometry): THREE.BufferGeometry {
  const few = geometry.clone();
  few.setDrawRange(0, Math.floor(((geometry.index?.count ?? 0) * FAR_LEAVES) / 6) * 6);
  return few;
}

/** Whether the browser draws on the processor: smooth edges cost too much there. */
function drawsSlowly(): boolean {
  const context = new OffscreenCanvas(1, 1).getContext("webgl2");
  const info = context?.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = info && context?.getParameter(info.UNMASKED_RENDERER_WEBGL);
  context?.getExtension("WEBGL_lose_context")?.loseContext();
  return typeof name === "string" && /swiftshader|llvmpipe|software|basic render/i.test(name);
}
