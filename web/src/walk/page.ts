// The page that is a walk: what `sat2density.city.walk_page` put into one file, to open from disk without a server.

import "./walk.css";
import { button, Choice, h } from "../dom";
import { headingText } from "../geometry";
import { headsetButton } from "./headset";
import { Inset } from "./inset";
import { Legs } from "./legs";
import type { WalkLight } from "./light";
import { CityView } from "./view";

const FORMAT = "sat2density walk 1";

export interface SavedWalk {
  format: string;
  title: string;
  about: string;
  extentM: number;
  eyeM: number;
  start: { east: number; south: number; heading: number };
  lights: WalkLight[];
  /** the tile from above, as a data URL */
  map: string;
  /** the model, base64 of a GLB */
  model: string;
}

/** What the page holds, if this is a page to walk in. */
export function savedWalk(): SavedWalk | null {
  const element = document.getElementById("sat2density-walk");
  if (!element) return null;
  const saved = JSON.parse(element.textContent) as SavedWalk;
  return saved.format === FORMAT ? saved : null;
}

export async function startWalk(root: HTMLElement, saved: SavedWalk): Promise<void> {
  const main = h("main", { class: "walk" });
  root.append(main);
  try {
    const canvas = h("canvas", {
      class: "walk-look", tabindex: 0, role: "application",
      "aria-label": "View of the place. Drag or use the left and right arrow keys to look around, W A S D or the arrow keys to walk; a click on the ground walks there.",
    });
    main.append(h("h1", { class: "hidden" }, saved.title), canvas);
    const bytes = Uint8Array.from(atob(saved.model), (c) => c.charCodeAt(0));
    build(main, saved, await CityView.open(canvas, bytes.buffer, saved.eyeM));
    canvas.focus({ preventScroll: true });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    main.replaceChildren(h("h1", {}, saved.title), h("p", {}, `The place cannot be drawn: ${reason}. The page needs a browser with WebGL switched on.`), h("img", { src: saved.map, alt: "The tile from above" }));
  }
}

/** Everything that lies over the picture: title, lights, buttons, map. */
export function build(main: HTMLElement, saved: SavedWalk, view: CityView): void {
  const legs = new Legs(view);
  const inset = new Inset(saved.map, saved.extentM, (spot) => {
    setAbove(false);
    view.stand(spot);
  });
  const where = h("output", { class: "walk-where" });
  const lights = new Choice("Light", saved.lights.map((light) => [light.name, titled(light.name)] as const), (name) => {
    const light = saved.lights.find((each) => each.name === name);
    if (light) view.setLight(light);
  });
  const above = button("From above", () => setAbove(!view.above), { kind: "walk-above" });
  const setAbove = (is: boolean): void => {
    view.setAbove(is);
  };
  const full = button("Full screen", () => void (document.fullscreenElement ? document.exitFullscreen() : main.requestFullscreen()));
  full.hidden = !document.fullscreenEnabled;
  view.onDrawn = () => {
    inset.set(view.spot, view.gaze.yaw);
    above.setAttribute("aria-pressed", String(view.above));
    const metres = (value: number, plus: string, minus: string): string => `${Math.abs(value).toFixed(1)} m ${value < 0 ? minus : plus}`;
    const text = `${metres(view.spot.east, "east", "west")}, ${metres(-view.spot.south, "north", "south")}, looking ${headingText(view.gaze.yaw)}`;
    if (where.textContent !== text) where.textContent = text;
  };
  main.append(
    h("div", { class: "walk-top" },
      h("div", { class: "walk-panel walk-title" }, h("p", {}, saved.title), h("p", { class: "walk-about" }, saved.about)),
      h("div", { class: "walk-panel walk-buttons" }, lights.element, above, full, headsetButton(view, legs))),
    h("div", { class: "walk-bottom" },
      h("div", { class: "walk-panel walk-help" }, h("p", {}, "Drag to look · W A S D or arrow keys to walk · click the ground to go there · Shift runs"), where),
      inset.element),
  );
  const [first] = saved.lights;
  if (first) {
    lights.set(first.name);
    view.setLight(first);
  }
  view.turn(saved.start.heading, 0);
  view.stand(saved.start);
}

function titled(name: string): string {
  const words = name.replaceAll("-", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
