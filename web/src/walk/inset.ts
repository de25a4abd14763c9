// The map in the corner: the tile from above, the walker and the way they look; a click goes there.

import { h, svg } from "../dom";
import type { Spot } from "./obstacles";

const HALF_ANGLE = 30;

export class Inset {
  readonly element: HTMLButtonElement;
  private readonly marker: SVGGElement;

  constructor(
    picture: string,
    private readonly extentM: number,
    onGo: (spot: Spot) => void,
  ) {
    const [x, y] = [Math.sin((HALF_ANGLE * Math.PI) / 180) * 22, -Math.cos((HALF_ANGLE * Math.PI) / 180) * 22];
    this.marker = svg("g", {},
      svg("path", { d: `M0 0 L${-x} ${y} A22 22 0 0 1 ${x} ${y} Z`, class: "walk-cone" }),
      svg("circle", { r: 3.4, class: "walk-dot" }));
    const drawing = svg("svg", { viewBox: "0 0 100 100", "aria-hidden": "true" }, this.marker);
    this.element = h("button", { type: "button", class: "walk-map", "aria-label": "Map of the tile, north up: click a place to stand there" }, h("img", { src: picture, alt: "", draggable: "false" }), drawing);
    this.element.addEventListener("click", (event) => {
      if (event.detail === 0) return; // a key has no place
      const box = this.element.getBoundingClientRect();
      const share = (at: number, low: number, size: number): number => ((at - low) / size - 0.5) * this.extentM;
      onGo({ east: share(event.clientX, box.left, box.width), south: share(event.clientY, box.top, box.height) });
    });
  }

  set(spot: Spot, yaw: number): void {
    const at = (metres: number): number => (metres / this.extentM + 0.5) * 100;
    this.marker.setAttribute("transform", `translate(${at(spot.east).toFixed(2)} ${at(spot.south).toFixed(2)}) rotate(${yaw.toFixed(1)})`);
  }
}
