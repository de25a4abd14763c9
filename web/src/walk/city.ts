// The model as it is drawn: city.glb read, things of one material put together, crowns drawn as instances.

import * as THREE from "three";
import { GLTFLoader } from "three/examples/jsm/loaders/GLTFLoader.js";
import { mergeGeometries } from "three/examples/jsm/utils/BufferGeometryUtils.js";
import { hash } from "./grain";
import { section, type Line } from "./obstacles";

/** The closed surfaces that block a walker, by kind of thing: one walks below crowns. */
const BLOCKING: Record<string, RegExp> = { building: /^(wall|bricks)$/, vehicle: /^paint$/, barrier: /^matt$/, pole: /^matt$/, tree: /^matt$/ };
/** The height at which they are cut, metres. */
const KNEE_M = 0.5;
/** Things whose shapes are shared. */
const SHARED = new Set(["tree", "shrub"]);

export interface Part {
  /** of the material in the model */
  paint: string;
  geometry: THREE.BufferGeometry;
  map: THREE.Texture | null;
  /** whether it stands wholly within the tile */
  within: boolean;
}

export interface Crowns {
  paint: string;
  geometry: THREE.BufferGeometry;
  map: THREE.Texture | null;
  places: THREE.Matrix4[];
  colours: THREE.Color[];
}

export interface City {
  extentM: number;
  ground: THREE.Texture | null;
  parts: Part[];
  crowns: Crowns[];
  things: Line[][];
}

interface Piece {
  mesh: THREE.Mesh<THREE.BufferGeometry, THREE.MeshStandardMaterial>;
  thing: string;
  kind: string;
}

export async function readCity(glb: ArrayBuffer): Promise<City> {
  const loader = new GLTFLoader();
  loader.register((parser) => {
    // The default loader fetches pictures, which the page's content policy forbids; an image element may show them.
    parser.textureLoader = new THREE.TextureLoader(parser.options.manager);
    return { name: "pictures" };
  });
  const gltf = await loader.parseAsync(glb, "");
  gltf.scene.updateMatrixWorld(true);
  const asset = gltf.asset as { extras?: { extent_m?: number } };
  const city: City = { extentM: asset.extras?.extent_m ?? 40, ground: null, parts: [], crowns: [], things: [] };
  const pieces: Piece[] = [];
  gltf.scene.traverse((node) => {
    if (!(node instanceof THREE.Mesh)) return;
    const mesh = node as unknown as Piece["mesh"];
    // Pictures are taken as display values: the shaders do their own sums.
    if (mesh.material.map) mesh.material.map.colorSpace = THREE.NoColorSpace;
    if (mesh.material.name === "ground") city.ground = mesh.material.map;
    else pieces.push({ mesh, ...ownerOf(mesh) });
  });
  gather(city, pieces);
  city.things = obstacles(pieces);
  return city;
}

function ownerOf(mesh: THREE.Object3D): { thing: string; kind: string } {
  for (let node: THREE.Object3D | null = mesh; node; node = node.parent) {
    const kind: unknown = node.userData.kind;
    if (typeof kind === "string") return { thing: node.uuid, kind };
  }
  return { thing: mesh.uuid, kind: "" };
}

/** Put pieces together: a mesh for each material, or instances where several pieces share a geometry. */
function gather(city: City, pieces: Piece[]): void {
  const half = city.extentM / 2;
  const shared = new Map<string, Crowns>();
  const merged = new Map<string, { part: Omit<Part, "geometry">; list: THREE.BufferGeometry[] }>();
  for (const { mesh, kind } of pieces) {
    const { material, geometry } = mesh;
    if (SHARED.has(kind)) {
      let entry = shared.get(geometry.uuid);
      if (!entry) {
        entry = { paint: material.name.split(" ")[0] ?? "", geometry, map: material.map, places: [], colours: [] };
        shared.set(geometry.uuid, entry);
      }
      entry.places.push(mesh.matrixWorld.clone());
      entry.colours.push(material.color.clone());
      continue;
    }
    const own = completed(geometry).applyMatrix4(mesh.matrixWorld);
    if (material.name === "window") setHomes(own, mesh.id);
    own.computeBoundingBox();
    const box = own.boundingBox ?? new THREE.Box3();
    const within = box.min.x > -half && box.max.x < half && box.min.z > -half && box.max.z < half;
    const key = `${material.name} ${within}`;
    const entry = merged.get(key);
    if (entry) entry.list.push(own);
    else merged.set(key, { part: { paint: material.name, map: material.map, within }, list: [own] });
  }
  city.crowns = [...shared.values()];
  for (const { part, list } of merged.values()) city.parts.push({ ...part, geometry: mergeGeometries(list) });
}

/** A copy that has all attributes, so that it can be merged with others. */
function completed(geometry: THREE.BufferGeometry): THREE.BufferGeometry {
  const copy = geometry.clone();
  const count = copy.getAttribute("position").count;
  if (!copy.hasAttribute("uv")) copy.setAttribute("uv", new THREE.BufferAttribute(new Float32Array(count * 2), 2));
  if (!copy.hasAttribute("color")) copy.setAttribute("color", new THREE.BufferAttribute(new Float32Array(count * 3).fill(1), 3));
  return copy;
}

/** Give each pane a value of its own, by which some are lit at night. */
function setHomes(panes: THREE.BufferGeometry, seed: number): void {
  const uv = panes.getAttribute("uv");
  for (let i = 0; i < uv.count; i++) uv.setX(i, hash(i >> 2, seed, 3));
}

function obstacles(pieces: Piece[]): Line[][] {
  const things = new Map<string, Line[]>();
  for (const { mesh, thing, kind } of pieces) {
    if (!BLOCKING[kind]?.test(mesh.material.name) || !mesh.geometry.index) continue;
    const position = mesh.geometry.getAttribute("position").clone().applyMatrix4(mesh.matrixWorld);
    const lines = section(position, mesh.geometry.index, KNEE_M);
    const known = things.get(thing);
    if (known) known.push(...lines);
    else things.set(thing, lines);
  }
  return [...things.values()];
}
