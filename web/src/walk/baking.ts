// What is worked out once when the sun moves: what the sun sees (shadows), and the ground's picture in that light.

import * as THREE from "three";
import type { Paints } from "./paints";
import { BAKE_FRAGMENT, BAKE_VERTEX, DEPTH_FRAGMENT, DEPTH_VERTEX } from "./shaders";

const TOPS_PIXELS = 512;
/** Sides of the pictures of the ground and of the shadows: about so many pixels a metre, in bounds. */
const PIXELS_PER_M = 20;
const FEWEST = 1024;
const MOST = 4096;
/** Things may stand so far outside the tile that they still throw shadows into it, metres. */
const BEYOND_M = 12;
const TOP_M = 30;
/** Depth that rounding may put a surface into its own shadow. */
const BIAS = 0.0012;

export class Baking {
  /** The ground's picture: mirrored beyond the tile, display values. */
  readonly ground: THREE.WebGLRenderTarget;
  private readonly casters = new THREE.Scene();
  private readonly solid = depthMaterial(null);
  private readonly seenBySun: THREE.WebGLRenderTarget;
  private readonly tops = depthTarget(TOPS_PIXELS, false);
  private readonly sheet: THREE.Mesh<THREE.PlaneGeometry, THREE.ShaderMaterial>;
  private readonly reach: number;
  private stale = true;

  constructor(
    private readonly renderer: THREE.WebGLRenderer,
    private readonly paints: Paints,
    map: THREE.Texture | null,
    extentM: number,
  ) {
    this.reach = extentM / 2 + BEYOND_M;
    const side = Math.min(MOST, Math.max(FEWEST, 2 ** Math.round(Math.log2(PIXELS_PER_M * extentM))));
    this.seenBySun = depthTarget(Math.min(MOST, 2 * side), true);
    this.ground = new THREE.WebGLRenderTarget(side, side, { depthBuffer: false, generateMipmaps: true, minFilter: THREE.LinearMipmapLinearFilter, magFilter: THREE.LinearFilter, wrapS: THREE.MirroredRepeatWrapping, wrapT: THREE.MirroredRepeatWrapping });
    paints.light.shadows.value = this.seenBySun.depthTexture;
    const material = new THREE.ShaderMaterial({ vertexShader: BAKE_VERTEX, fragmentShader: BAKE_FRAGMENT, depthTest: false, depthWrite: false });
    material.uniforms = {
      ...paints.light,
      map: { value: map ?? grey() }, grain: { value: paints.grain }, tops: { value: this.tops.depthTexture },
      extent: { value: extentM }, topM: { value: TOP_M }, reach: { value: this.reach }, tint: { value: map ? paints.gain : 1 },
    };
    this.sheet = new THREE.Mesh(new THREE.PlaneGeometry(2, 2), material);
    this.sheet.frustumCulled = false;
  }

  /** Add what throws shadows: a mesh, or instances; leaves let light through their gaps. */
  add(mesh: THREE.Mesh, leaves: THREE.Texture | null): void {
    const caster = mesh.clone();
    caster.material = leaves ? depthMaterial(leaves) : this.solid;
    caster.frustumCulled = false;
    this.casters.add(caster);
  }

  /** The light has changed. */
  renew(): void {
    this.stale = true;
  }

  /** Bake if the light has changed. */
  bake(): void {
    if (!this.stale) return;
    this.stale = false;
    const { light } = this.paints;
    const { renderer } = this;
    const was = renderer.getRenderTarget();
    const xr = renderer.xr.enabled;
    renderer.xr.enabled = false;
    const sun = this.camera(light.sunDirection.value, 4 * this.reach);
    renderer.setRenderTarget(this.seenBySun);
    renderer.render(this.casters, sun);
    const toTexture = new THREE.Matrix4().set(0.5, 0, 0, 0.5, 0, 0.5, 0, 0.5, 0, 0, 0.5, 0.5 - BIAS, 0, 0, 0, 1);
    light.shadowMatrix.value.copy(toTexture).multiply(sun.projectionMatrix).multiply(sun.matrixWorldInverse);
    renderer.setRenderTarget(this.tops);
    renderer.render(this.casters, this.above());
    const flat = new THREE.Scene();
    flat.add(this.sheet);
    renderer.setRenderTarget(this.ground);
    renderer.render(flat, sun);
    renderer.setRenderTarget(was);
    renderer.xr.enabled = xr;
  }

  /** A camera that looks along the sun's light. */
  private camera(direction: THREE.Vector3, far: number): THREE.OrthographicCamera {
    const wide = this.reach * 1.42;
    const camera = new THREE.OrthographicCamera(-wide, wide, wide, -wide, 1, far);
    const towards = direction.clone();
    towards.y = Math.max(0.05, towards.y);
    camera.position.copy(towards.normalize().multiplyScalar(far / 2));
    camera.lookAt(0, 0, 0);
    camera.updateMatrixWorld();
    return camera;
  }

  /** A camera that looks straight down; its picture's first row lies north, its depth 1 is the ground. */
  private above(): THREE.OrthographicCamera {
    const { reach } = this;
    const camera = new THREE.OrthographicCamera(-reach, reach, -reach, reach, 0, TOP_M);
    camera.position.set(0, TOP_M, 0);
    camera.up.set(0, 0, -1);
    camera.lookAt(0, 0, 0);
    camera.updateMatrixWorld();
    return camera;
  }
}

function depthMaterial(leaves: THREE.Texture | null): THREE.ShaderMaterial {
  const material = new THREE.ShaderMaterial({ vertexShader: DEPTH_VERTEX, fragmentShader: DEPTH_FRAGMENT, side: THREE.DoubleSide, defines: leaves ? { LEAF: "" } : {} });
  material.uniforms = { map: { value: leaves } };
  return material;
}

function depthTarget(pixels: number, compared: boolean): THREE.WebGLRenderTarget {
  const depthTexture = new THREE.DepthTexture(pixels, pixels, THREE.UnsignedIntType);
  if (compared) depthTexture.compareFunction = THREE.LessEqualCompare;
  depthTexture.magFilter = depthTexture.minFilter = compared ? THREE.LinearFilter : THREE.NearestFilter;
  return new THREE.WebGLRenderTarget(pixels, pixels, { depthTexture });
}

function grey(): THREE.Texture {
  const texture = new THREE.DataTexture(new Uint8Array([110, 112, 104, 255]), 1, 1);
  texture.needsUpdate = true;
  return texture;
}
