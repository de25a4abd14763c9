// The layers of a panorama: choosing one, and what its colours mean.

import { scaleCss } from "../colours";
import { Choice, h } from "../dom";
import type { Layer } from "../protocol";

const TITLES: Record<Layer, string> = { picture: "Picture", depth: "Depth", opacity: "Opacity", colour: "Projected colour" };

export class LayerChoice {
  readonly element: HTMLElement;
  readonly legend = h("div", { class: "legend" });
  private readonly choice: Choice<Layer>;

  /** `rangeM`: metres at the bright end of the depth scale. */
  constructor(
    layers: readonly Layer[],
    private readonly rangeM: number,
    onChoose: (layer: Layer) => void,
  ) {
    this.choice = new Choice("Layer", layers.map((layer) => [layer, TITLES[layer]] as const), (layer) => {
      this.explain(layer);
      onChoose(layer);
    });
    this.element = this.choice.element;
    this.element.classList.add("layers");
    this.set("picture");
  }

  set(layer: Layer): void {
    this.choice.set(layer);
    this.explain(layer);
  }

  private explain(layer: Layer): void {
    const bar = (style: string, low: string, high: string, what: string): Node[] => [
      h("span", { class: "legend-title" }, what),
      h("span", { class: "legend-bar", style: `background:${style}` }),
      h("span", { class: "legend-ends" }, h("span", {}, low), h("span", {}, high)),
    ];
    const content: Record<Layer, Node[]> = {
      picture: [],
      depth: bar(scaleCss(), "0 m", `${this.rangeM.toFixed(0)} m and more`, "Distance along the ray; dark grey: open sky"),
      opacity: bar("linear-gradient(to right, #000, #fff)", "0", "1", "Opacity: 0 sky, 1 solid"),
      colour: [h("span", { class: "legend-title" }, "The tile's own colours, projected by the density")],
    };
    this.legend.replaceChildren(...content[layer]);
  }
}
