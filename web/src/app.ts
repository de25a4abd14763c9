// The studio's page: header, empty state, and the three columns.

import { Controller } from "./controller";
import { button, h } from "./dom";
import type { LinkState } from "./link";
import { LightPanel } from "./panels/light";
import { MakePanel } from "./panels/make";
import { MapPanel } from "./panels/map";
import { PlayBar } from "./panels/play";
import { ShapePanel } from "./panels/shape";
import { TileChooser } from "./panels/tile";
import { Stage } from "./stage";
import type { State } from "./state";
import { helpDialog } from "./help";
import { themeButton } from "./theme";

const NOTICE_MS = 9000;

export function startStudio(root: HTMLElement): void {
  // The token has done its work: it must not stay in the address, where it would be copied along.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  const controller = new Controller();
  const notices = h("div", { class: "notices", role: "alert" });
  const connection = h("div", { class: "connection", role: "status" });
  controller.onNotice = (text, kind) => notify(notices, text, kind);
  controller.onLink = (state, detail) => showLink(connection, state, detail);
  const waiting = h("main", { class: "waiting" }, h("h1", {}, "sat2density studio"), h("p", {}, "Connecting to the studio …"));
  root.append(connection, notices, waiting);
  controller.onReady = (state) => {
    waiting.remove();
    try {
      build(root, state, controller);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      notify(notices, `The view cannot be drawn: ${reason}. The studio needs a browser with WebGL switched on.`, "error");
    }
  };
  controller.start();
}

function build(root: HTMLElement, state: State, controller: Controller): void {
  const stage = new Stage(state, controller);
  const map = new MapPanel(state, controller, stage);
  const chooser = new TileChooser(state, controller);
  const make = new MakePanel(state, controller, stage);
  const { walker } = stage;
  const play = new PlayBar(state, () => (state.path.line.length > 1 ? state.path.lengthM : 0), {
    toggle: () => (state.playing ? walker.pause() : walker.play()),
    scrub: (share, moving) => {
      walker.pause();
      walker.scrub(share, moving);
    },
    speed: (value) => (walker.speed = value),
  });
  for (const topic of ["play", "path"] as const) state.on(topic, () => play.refresh());
  stage.element.append(play.element);
  const left = h("div", { class: "column left" }, map.element);
  const right = h("div", { class: "column right" }, new LightPanel(state, controller).element, new ShapePanel(state, controller, stage).element, make.element, make.share);
  const main = h("main", {}, chooser.element, h("div", { class: "columns-main" }, left, stage.element, right));
  root.append(header(state), main);
  const refresh = (): void => {
    document.body.dataset.tile = state.tile ? "chosen" : "none";
    document.title = state.tile ? `${state.tile.title} · sat2density studio` : "sat2density studio";
  };
  state.on("tile", refresh);
  refresh();
}

function header(state: State): HTMLElement {
  const { weights } = state.info;
  const about = weights.trained
    ? `Weights ${weights.name}, trained on ${weights.trainedOn}.${weights.licence ? ` Licence: ${weights.licence}.` : ""}`
    : "No trained weights are loaded: the pictures come from a random network and mean nothing. They only show that things work.";
  const other = button("Other tile", () => {
    document.body.dataset.tile = "none";
  }, { icon: "image" });
  other.classList.add("other-tile");
  const help = helpDialog(state.info);
  return h(
    "header", {},
    h("h1", {}, h("span", { class: "logo", "aria-hidden": "true" }), "sat2density ", h("span", { class: "thin" }, "studio")),
    h("p", { class: weights.trained ? "weights" : "weights untrained" }, about),
    h("div", { class: "row tight" }, other, themeButton(), button("Help", () => help.showModal(), { icon: "help", bare: true })),
    help,
  );
}

function notify(list: HTMLElement, text: string, kind: "info" | "error"): void {
  const notice = h("div", { class: `notice ${kind}` }, h("span", {}, text), button("Dismiss", () => notice.remove(), { icon: "close", bare: true }));
  list.append(notice);
  while (list.children.length > 3) list.firstChild?.remove();
  window.setTimeout(() => notice.remove(), NOTICE_MS);
}

function showLink(element: HTMLElement, state: LinkState, detail: string): void {
  const texts: Record<LinkState, string> = {
    connecting: "", open: "", refused: detail,
    lost: "The connection to the studio was lost; trying again. What you did here is kept.",
  };
  element.textContent = state === "connecting" ? element.textContent : texts[state];
  document.body.dataset.link = state;
}
