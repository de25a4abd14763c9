// A picture as large as its canvas.

import type * as THREE from "three";

/** Draw in the pixels of the canvas, two a side of a CSS pixel at most; returns width over height, null where nothing of it is shown. */
export function fit(renderer: THREE.WebGLRenderer, canvas: HTMLCanvasElement): number | null {
  const { clientWidth: width, clientHeight: height } = canvas;
  if (width === 0 || height === 0) return null;
  renderer.setPixelRatio(Math.min(2, window.devicePixelRatio));
  renderer.setSize(width, height, false);
  return width / height;
}
