// The shape's options: what covers the surface, density slices, downloads.

import type { Controller } from "../controller";
import { button, card, Choice, h, slider } from "../dom";
import { metres } from "../geometry";
import type { ShapeView, SliceAxis } from "../shape";
import type { Stage } from "../stage";
import type { State } from "../state";

export class ShapePanel {
  readonly element: HTMLElement;
  private axis: SliceAxis = "none";
  private at = 0;
  private readonly slice = slider("Position", { min: 0, max: 1, step: 0.005, value: 0.25 }, () => metres(this.at), () => this.cut());

  constructor(state: State, controller: Controller, stage: Stage, private readonly shape: ShapeView) {
    const surface = new Choice("Surface", [["tile", "Tile"], ["height", "Height"]] as const, (value) => shape.setSurface(value));
    surface.set("tile");
    const axes = [["none", "No slice"], ["up", "Level"], ["south", "East–west"], ["east", "North–south"]] as const;
    const axis = new Choice("Density slice", axes, (value) => {
      this.axis = value;
      stage.setView("shape");
      this.cut();
    });
    axis.set("none");
    this.element = card(
      "Shape",
      h("div", { class: "row" }, button("Show the shape", () => stage.setView("shape"), { icon: "solid" }), surface.element),
      axis.element, this.slice.element,
      h("p", { class: "note" }, "Bright: opaque within a metre. Heights are metres above the ground under the camera."),
      h("div", { class: "row" }, ...state.info.formats.filter((format) => format.available && !format.needsLight).map(({ key, title }) =>
        button(title, () => controller.make(key, {}, (url, name) => fetchFile(url, name)), { icon: "download" }))),
    );
    state.on("shape", () => this.cut());
    state.on("tile", () => this.cut());
    this.cut();
  }

  private cut(): void {
    this.at = this.shape.setSlice(this.axis, this.slice.input.valueAsNumber);
    this.slice.element.hidden = this.axis === "none";
    this.slice.refresh();
  }
}

export function fetchFile(url: string, name: string): void {
  h("a", { href: `${url}?download`, download: name }).click();
}
