// The tile as a thing to turn in the hand: surface heights with the tile on them, camera, path and density slices.

import * as THREE from "three";
import { OrbitControls } from "three/examples/jsm/controls/OrbitControls.js";
import { colourAt } from "./colours";
import { fit } from "./fit";
import type { Place } from "./protocol";

export interface ShapeData {
  /** metres above the floor, rows from north to south */
  heights: Float32Array;
  side: number;
  /** opacity of one metre, [layer up, south, east]; empty where it is not known */
  solid: Uint8Array;
  solidShape: [number, number, number];
}

export type SliceAxis = "none" | "up" | "south" | "east";
export type Surface = "tile" | "height";

const MOST_CELLS = 192;

export class ShapeView {
  private readonly renderer: THREE.WebGLRenderer;
  private readonly scene = new THREE.Scene();
  private readonly camera = new THREE.PerspectiveCamera(45, 1, 0.1, 2000);
  private readonly controls: OrbitControls;
  private readonly person = new THREE.Group();
  private ground: THREE.Mesh<THREE.BufferGeometry, THREE.MeshLambertMaterial> | null = null;
  private walk: THREE.Mesh | null = null;
  private slice: THREE.Mesh<THREE.PlaneGeometry, THREE.MeshBasicMaterial> | null = null;
  private data: ShapeData | null = null;
  private tile: THREE.Texture | null = null;
  private waiting = false;
  private shown = false;

  constructor(
    readonly canvas: HTMLCanvasElement,
    private readonly info: { extentM: number; cameraHeightM: number; maxHeightM: number },
  ) {
    this.renderer = new THREE.WebGLRenderer({ canvas, antialias: true, alpha: true });
    this.controls = new OrbitControls(this.camera, canvas);
    this.controls.maxPolarAngle = Math.PI / 2 - 0.02;
    this.controls.minDistance = info.extentM * 0.15;
    this.controls.maxDistance = info.extentM * 3;
    this.controls.addEventListener("change", () => this.draw());
    const sun = new THREE.DirectionalLight(0xffffff, 1.4);
    sun.position.set(-0.5, 1, 0.4);
    this.scene.add(new THREE.AmbientLight(0xffffff, 2), sun, this.person, this.edges());
    this.makePerson();
    this.reset();
    new ResizeObserver(() => this.resize()).observe(canvas);
  }

  get ready(): boolean {
    return this.ground !== null;
  }

  /** Only what is seen is drawn: a hidden shape must not slow down the walk. */
  setShown(shown: boolean): void {
    this.shown = shown;
    this.draw();
  }

  reset(): void {
    const side = this.info.extentM;
    this.camera.position.set(side * 0.15, side * 0.75, side * 1.05);
    this.controls.target.set(0, 0, 0);
    this.controls.update();
    this.draw();
  }

  /** Turn around the tile, tip, and come nearer: what the keys do. */
  orbit(turnDeg: number, tipDeg: number, nearer: number): void {
    const offset = this.camera.position.clone().sub(this.controls.target);
    const around = new THREE.Spherical().setFromVector3(offset);
    around.theta += (turnDeg * Math.PI) / 180;
    around.phi = Math.min(this.controls.maxPolarAngle, Math.max(0.05, around.phi + (tipDeg * Math.PI) / 180));
    around.radius = Math.min(this.controls.maxDistance, Math.max(this.controls.minDistance, around.radius * nearer));
    this.camera.position.setFromSpherical(around).add(this.controls.target);
    this.controls.update();
    this.draw();
  }

  setData(data: ShapeData, tile: HTMLImageElement | HTMLCanvasElement | ImageBitmap): void {
    this.data = data;
    this.tile?.dispose();
    this.tile = new THREE.Texture(tile);
    this.tile.colorSpace = THREE.SRGBColorSpace;
    this.tile.anisotropy = 4;
    this.tile.flipY = false;
    this.tile.needsUpdate = true;
    this.ground?.geometry.dispose();
    this.ground?.removeFromParent();
    this.ground = new THREE.Mesh(this.surface(data), new THREE.MeshLambertMaterial({ map: this.tile, side: THREE.DoubleSide }));
    this.scene.add(this.ground);
    this.draw();
  }

  setSurface(surface: Surface): void {
    if (!this.ground) return;
    this.ground.material.map = surface === "tile" ? this.tile : null;
    this.ground.material.vertexColors = surface === "height";
    this.ground.material.needsUpdate = true;
    this.draw();
  }

  setCamera(place: Place, yaw: number): void {
    const half = this.info.extentM / 2;
    this.person.position.set(place.east * half, this.info.cameraHeightM, place.south * half);
    this.person.rotation.y = (-yaw * Math.PI) / 180;
    this.draw();
  }

  setPath(line: readonly Place[]): void {
    this.walk?.geometry.dispose();
    this.walk?.removeFromParent();
    this.walk = null;
    if (line.length > 1) {
      const half = this.info.extentM / 2;
      const points = line.map((p) => new THREE.Vector3(p.east * half, this.info.cameraHeightM, p.south * half));
      const curve = new THREE.CatmullRomCurve3(points);
      const tube = new THREE.TubeGeometry(curve, Math.min(400, points.length * 2), this.info.extentM * 0.004, 6);
      this.walk = new THREE.Mesh(tube, new THREE.MeshBasicMaterial({ color: 0xff8a1f }));
      this.scene.add(this.walk);
    }
    this.draw();
  }

  /** Show one slice of the density at `share` of the way along an axis; returns its position in metres. */
  setSlice(axis: SliceAxis, share: number): number {
    this.slice?.geometry.dispose();
    this.slice?.material.map?.dispose();
    this.slice?.removeFromParent();
    this.slice = null;
    const side = this.info.extentM;
    const at = axis === "up" ? share * this.info.maxHeightM : (share - 0.5) * side;
    if (axis !== "none" && this.data && this.data.solid.length > 0) {
      this.slice = this.makeSlice(this.data, axis, share);
      this.scene.add(this.slice);
    }
    if (this.ground) {
      this.ground.material.transparent = this.slice !== null;
      this.ground.material.opacity = this.slice ? 0.55 : 1;
    }
    this.draw();
    return at;
  }

  /** The canvas with the picture of now in it. */
  picture(): HTMLCanvasElement {
    this.renderer.render(this.scene, this.camera);
    return this.canvas;
  }

  draw(): void {
    if (this.waiting || !this.shown || this.canvas.clientWidth === 0) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.renderer.render(this.scene, this.camera);
    });
  }

  private surface(data: ShapeData): THREE.BufferGeometry {
    const cells = Math.min(MOST_CELLS, data.side) - 1;
    const geometry = new THREE.PlaneGeometry(this.info.extentM, this.info.extentM, cells, cells);
    geometry.rotateX(-Math.PI / 2); // rows of vertices then run from north (-z) to south
    const position = geometry.getAttribute("position");
    const uv = geometry.getAttribute("uv");
    const colours = new Float32Array(position.count * 3);
    for (let i = 0; i < position.count; i++) {
      const column = Math.round(((i % (cells + 1)) / cells) * (data.side - 1));
      const row = Math.round((Math.floor(i / (cells + 1)) / cells) * (data.side - 1));
      const height = data.heights[row * data.side + column] ?? 0;
      position.setY(i, height);
      uv.setY(i, 1 - uv.getY(i)); // the tile's first row lies north
      colours.set(colourAt(height / this.info.maxHeightM), i * 3);
    }
    geometry.setAttribute("color", new THREE.BufferAttribute(colours, 3));
    geometry.computeVertexNormals();
    return geometry;
  }

  private makeSlice(data: ShapeData, axis: SliceAxis, share: number): THREE.Mesh<THREE.PlaneGeometry, THREE.MeshBasicMaterial> {
    const [layers, rows, columns] = data.solidShape;
    const [width, height] = axis === "up" ? [columns, rows] : [axis === "south" ? columns : rows, layers];
    const count = axis === "up" ? layers : axis === "south" ? rows : columns;
    const fixed = Math.min(count - 1, Math.floor(share * count));
    const pixels = new Uint8Array(width * height * 4);
    for (let v = 0; v < height; v++) {
      for (let u = 0; u < width; u++) {
        const cell =
          axis === "up" ? (fixed * rows + v) * columns + u : axis === "south" ? (v * rows + fixed) * columns + u : (v * rows + u) * columns + fixed;
        const value = data.solid[cell] ?? 0;
        const [r, g, b] = colourAt(value / 255);
        pixels.set([r * 255, g * 255, b * 255, 50 + value * 0.8], (v * width + u) * 4);
      }
    }
    const texture = new THREE.DataTexture(pixels, width, height);
    texture.colorSpace = THREE.SRGBColorSpace;
    texture.needsUpdate = true;
    const { extentM, maxHeightM } = this.info;
    const material = new THREE.MeshBasicMaterial({ map: texture, transparent: true, side: THREE.DoubleSide, depthWrite: false });
    const mesh = new THREE.Mesh(new THREE.PlaneGeometry(extentM, axis === "up" ? extentM : maxHeightM), material);
    const along = (share - 0.5) * extentM;
    if (axis === "up") mesh.rotation.x = Math.PI / 2; // the texture's first row then lies north
    if (axis === "east") mesh.rotation.y = -Math.PI / 2; // the texture's first column then lies north
    mesh.position.set(axis === "east" ? along : 0, axis === "up" ? share * maxHeightM : maxHeightM / 2, axis === "south" ? along : 0);
    return mesh;
  }

  private makePerson(): void {
    const size = this.info.extentM * 0.02;
    const material = new THREE.MeshBasicMaterial({ color: 0xe0245e });
    const ball = new THREE.Mesh(new THREE.SphereGeometry(size * 0.7, 20, 14), material);
    const nose = new THREE.Mesh(new THREE.ConeGeometry(size * 0.55, size * 2.4, 20), material);
    nose.rotation.x = -Math.PI / 2;
    nose.position.z = -size * 1.6;
    const stem = new THREE.Mesh(new THREE.CylinderGeometry(size * 0.12, size * 0.12, this.info.cameraHeightM), material);
    stem.position.y = -this.info.cameraHeightM / 2;
    this.person.add(ball, nose, stem);
  }

  private edges(): THREE.LineSegments {
    const { extentM, maxHeightM } = this.info;
    const box = new THREE.EdgesGeometry(new THREE.BoxGeometry(extentM, maxHeightM, extentM));
    const lines = new THREE.LineSegments(box, new THREE.LineBasicMaterial({ color: 0x8899aa, transparent: true, opacity: 0.5 }));
    lines.position.y = maxHeightM / 2;
    return lines;
  }

  private resize(): void {
    const aspect = fit(this.renderer, this.canvas);
    if (aspect === null) return;
    this.camera.aspect = aspect;
    this.camera.updateProjectionMatrix();
    this.draw();
  }
}
