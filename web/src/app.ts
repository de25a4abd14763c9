// The studio's page: the view fills it, everything else floats over the view.
//
// Where things are plugged in: a further way of looking is a `StageView` given to `stage.add`, a further map a
// `MapContent` given to `map.add`, a further panel an entry of `Drawer`; all three here, in `build`.

import { Controller } from "./controller";
import { bytes, h } from "./dom";
import { Drawer, type Panel } from "./drawer";
import { FloatingMap } from "./floatingmap";
import { header } from "./header";
import { helpDialog } from "./help";
import { compass, viewTools, walkingPad } from "./hud";
import type { LinkState } from "./link";
import { LightPanel } from "./panels/light";
import { MakePanel } from "./panels/make";
import { TilePanel } from "./panels/map";
import { PathPanel } from "./panels/path";
import { PlayBar } from "./panels/play";
import { ShapePanel } from "./panels/shape";
import { TileChooser } from "./panels/tile";
import type { MapInfo } from "./protocol";
import { loadLeaflet } from "./roam/leaflet";
import { Around } from "./roam/model";
import { RoamPanel } from "./roam/panel";
import { addShortcuts } from "./shortcuts";
import { Stage } from "./stage";
import type { State } from "./state";
import { Toasts } from "./toasts";
import { FilmView } from "./views/film";
import { ModelView, placeOf, spotOf, type ModelSource } from "./views/model";
import { PanoramaView } from "./views/panorama";
import type { Pointing } from "./views/pointing";
import { ShapeStage } from "./views/shape";
import type { WalkLight } from "./walk/light";
import { Walker } from "./walker";

/** Who has not moved for so long stands: the address says where. */
const RESTS_AFTER_MS = 400;

export function startStudio(root: HTMLElement): void {
  // The token has done its work: it must not stay in the address, where it would be copied along.
  if (location.search) history.replaceState(null, "", location.pathname + location.hash);
  const controller = new Controller();
  const toasts = new Toasts();
  const connection = h("div", { class: "connection", role: "status" });
  controller.onNotice = (text, kind) => toasts.show(text, kind);
  controller.onLink = (state, detail) => showLink(connection, state, detail);
  const waiting = h("main", { class: "waiting" }, h("h1", {}, "sat2density studio"), h("p", {}, "Connecting to the studio …"));
  root.append(connection, toasts.element, waiting);
  controller.onReady = (state) => {
    waiting.remove();
    try {
      build(root, state, controller, toasts);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      toasts.show(`The view cannot be drawn: ${reason}. The studio needs a browser with WebGL switched on.`, "error");
    }
  };
  controller.start();
}

function build(root: HTMLElement, state: State, controller: Controller, toasts: Toasts): void {
  const walker = new Walker(state, controller);
  const play = playBar(state, walker);
  const stage = new Stage(compass(state.looking), walkingPad(walker), play.element);
  const refresh = (): void => stage.refresh();
  const shape = new ShapeStage(state, controller, refresh);
  const film = new FilmView(stage);
  const panorama = new PanoramaView(state, controller, walker, refresh);
  stage.add(panorama);
  const pointings = [panorama.pointing];
  if (state.info.things) pointings.push(addModel(stage, state, controller, refresh));
  controller.onResult = (result, fetched) => {
    const play = FilmView.plays(result) ? { title: "Play", run: () => film.play(result) } : undefined;
    toasts.show(`${result.name} is ready${fetched ? " and is being downloaded" : ""} (${bytes(result.bytes)}).`, "info", play);
  };
  stage.add(shape);
  state.on("tile", refresh);
  stage.element.append(viewTools(state, stage, pointings, controller.onNotice));

  const map = new FloatingMap();
  const panels: Panel[] = [];
  if (state.info.map) {
    document.body.dataset.map = "true";
    void addRoaming(map, state, controller, walker, state.info.map);
  } else {
    const tile = new TilePanel(state, controller, walker, () => path.refresh());
    const path = new PathPanel(state, controller, tile.map);
    map.add(tile);
    panels.push({ title: "Path", icon: "path", content: [path.element] });
  }

  const make = new MakePanel(state, controller, film);
  const drawer = new Drawer([
    { title: "Light", icon: "light", content: [new LightPanel(state, controller).element] },
    ...panels,
    { title: "Shape", icon: "solid", content: [new ShapePanel(state, controller, stage, shape.shape).element] },
    { title: "Make", icon: "film", content: [make.element] },
    { title: "Share", icon: "share", content: [make.share] },
  ]);
  film.onPlay = () => drawer.open(null);
  const place = h("div", { class: "place" }, stage.element, map.element, drawer.element);
  const help = helpDialog(state.info);
  addShortcuts({ help: () => help.showModal(), undo: () => state.path.undo(), redo: () => state.path.redo() });
  root.append(header(state, help), h("main", {}, new TileChooser(state, controller).element, place));
  showTile(state);
}

async function addRoaming(map: FloatingMap, state: State, controller: Controller, walker: Walker, info: MapInfo): Promise<void> {
  try {
    map.add(new RoamPanel(await loadLeaflet(), state, controller, walker, info));
  } catch (error) {
    controller.onNotice(`The map cannot be shown: ${error instanceof Error ? error.message : String(error)}`, "error");
  }
}

/** Where the model of the tile comes from, or on a map that of what is around. */
function modelPlaces(state: State, controller: Controller): Pick<ModelSource, "key" | "load" | "spot" | "onSpot"> {
  const { extentM } = state.info.scene;
  const { link } = controller;
  if (!state.info.map) {
    return {
      key: () => String(state.tileSerial),
      load: async () => ({ glb: await (await link.post("api/model", null)).arrayBuffer(), middle: null }),
      spot: () => spotOf(state.place, extentM),
      onSpot: (spot) => controller.stand(placeOf(spot, extentM), true),
    };
  }
  const [lat, lon] = state.info.map.middle;
  const around = new Around(extentM, () => state.geo ?? { lat, lon }, (path) => link.post(path, null));
  return {
    key: () => around.key(),
    load: () => around.load(),
    spot: (middle) => (middle ? around.spot(middle) : { east: 0, south: 0 }),
    onSpot: (spot, middle) => {
      if (middle) controller.standOn(around.geo(spot, middle), true);
    },
  };
}

/** The same place as a model, made by the server when somebody first wants to see it. */
function addModel(stage: Stage, state: State, controller: Controller, refresh: () => void): Pointing {
  const places = modelPlaces(state, controller);
  let resting = 0;
  const model = new ModelView({
    ...places,
    onSpot: (spot, middle) => {
      places.onSpot(spot, middle);
      window.clearTimeout(resting);
      resting = window.setTimeout(() => controller.keep(), RESTS_AFTER_MS);
    },
    eyeM: state.info.scene.cameraHeightM,
    light: async () => {
      const { a, b, t } = state.light;
      const second = b === null ? "" : `&b=${encodeURIComponent(b)}&t=${t}`;
      return (await (await controller.link.post(`api/walk-light?a=${encodeURIComponent(a)}${second}`, null)).json()) as WalkLight;
    },
    onFault: (text) => controller.onNotice(`Model: ${text}`, "error"),
  }, state.looking, refresh);
  stage.add(model);
  stage.onView((key) => {
    controller.painting = key !== "model";
    if (controller.painting) controller.ask(false);
  });
  state.on("place", () => model.moved());
  for (const topic of ["ready", "light"] as const) state.on(topic, () => model.changed());
  return model.measureWith(state);
}

function playBar(state: State, walker: Walker): PlayBar {
  const play = new PlayBar(state, () => (state.path.line.length > 1 ? state.path.lengthM : 0), {
    toggle: () => (state.playing ? walker.pause() : walker.play()),
    scrub: (share, moving) => {
      walker.pause();
      walker.scrub(share, moving);
    },
    speed: (value) => (walker.speed = value),
  });
  for (const topic of ["play", "path"] as const) state.on(topic, () => play.refresh());
  return play;
}

/** Say in the page whether somebody is in a tile, and in which. */
function showTile(state: State): void {
  const refresh = (): void => {
    document.body.dataset.tile = state.tile ? "chosen" : "none";
    document.title = state.tile ? `${state.tile.title} · sat2density studio` : "sat2density studio";
  };
  state.on("tile", refresh);
  refresh();
}

function showLink(element: HTMLElement, state: LinkState, detail: string): void {
  const texts: Record<LinkState, string> = {
    connecting: "", open: "", refused: detail,
    lost: "The connection to the studio was lost; trying again. What you did here is kept.",
  };
  element.textContent = state === "connecting" ? element.textContent : texts[state];
  document.body.dataset.link = state;
}
