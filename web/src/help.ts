// What can be done, and with which keys.

import { h } from "./dom";
import type { WeightsInfo, Welcome } from "./protocol";

const KEYS = [
  ["W A S D, ↑ ↓", "walk (with Shift: three times as fast)"],
  ["← →, Q E", "turn"],
  ["R F, Page Up, Page Down", "look up and down"],
  ["+ −, wheel, pinch", "zoom"],
  ["click, Enter", "walk to what is pointed at (Enter: to the middle); the mark says how far it is"],
  ["double click", "look there"],
  ["M", "measure between two points"],
  ["N, Home", "face north; in the shape: the first view"],
  ["Tab, then arrow keys", "move a waypoint (with Shift: finely); Insert adds one, Delete removes it"],
  ["Ctrl+Z, Ctrl+Shift+Z", "undo and redo changes of the path"],
  ["?", "this help"],
] as const;

/** All there is to say about the weights; the page's own line is short. */
export function weightsText(weights: WeightsInfo): string {
  return weights.trained
    ? `Weights ${weights.name}, trained on ${weights.trainedOn}.${weights.licence ? ` Licence: ${weights.licence}.` : ""}`
    : "No trained weights are loaded: the pictures come from a random network and mean nothing. They only show that things work.";
}

export function helpDialog(info: Welcome): HTMLDialogElement {
  const { scene } = info;
  return h(
    "dialog", { class: "help", "aria-labelledby": "help-title" },
    h("h2", { id: "help-title" }, "How to use the studio"),
    h("ol", {},
      h("li", {}, "Choose a tile: a picture straight from above, north up."),
      h("li", {}, "Click on the map, or on the ground in the view, to stand there. Drag in the view to look around."),
      h("li", {}, "Draw a path, play it, and make a video or a page to keep."),
      h("li", {}, "Change the light, switch to depth, or look at the shape.")),
    h("h3", {}, "Mouse and keys"),
    h("dl", { class: "keys" }, ...KEYS.flatMap(([key, what]) => [h("dt", {}, key), h("dd", {}, what)])),
    h("h3", {}, "What the numbers mean"),
    h("p", {}, `The tile is taken as ${scene.extentM} m across and the camera as ${scene.cameraHeightM} m high: the scale these weights were made for, not a survey. ` +
      `Depth is measured along the ray. The picture spans 360° by ${scene.verticalFovDeg}°, at ${scene.panorama[0]} × ${scene.panorama[1]} pixels. ` +
      "What a satellite does not see (house fronts, the underside of trees) is guessed."),
    h("p", {}, weightsText(info.weights)),
    h("p", {}, "Nothing leaves this machine: the page talks to the studio's own command alone."),
    h("form", { method: "dialog", class: "row end" }, h("button", { class: "button primary" }, "Close")),
  );
}
