// The top of the page: its name, one line about the weights, and what concerns the whole page.

import { button, h } from "./dom";
import { weightsText } from "./help";
import type { WeightsInfo } from "./protocol";
import type { State } from "./state";
import { themeButton } from "./theme";

export function brand(title: HTMLElement | string, weights: WeightsInfo): HTMLElement {
  const { trained } = weights;
  const line = trained ? `Weights: ${weights.name}` : "No trained weights: the pictures mean nothing.";
  return h(
    "div", { class: "panel brand" },
    h("h1", {}, h("span", { class: "logo", "aria-hidden": "true" }), title),
    h("p", { class: trained ? "weights" : "weights untrained", title: weightsText(weights) }, line),
  );
}

export function header(state: State, help: HTMLDialogElement): HTMLElement {
  const other = button("Other tile", () => {
    document.body.dataset.tile = "none";
  }, { icon: "image" });
  other.classList.add("other-tile");
  other.setAttribute("aria-label", "Other tile"); // narrow pages hide the words
  const title = h("span", {}, "sat2density ", h("span", { class: "thin" }, "studio"));
  return h(
    "header", {},
    brand(title, state.info.weights),
    h("div", { class: "panel page-tools row tight" }, other, themeButton(), button("Help (?)", () => help.showModal(), { icon: "help", bare: true })),
    help,
  );
}
