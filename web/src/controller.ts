// Joins state, connection and view: what happens when somebody does something, and when the server answers.

import { Link, inflate, type LinkState } from "./link";
import type { Frame } from "./panorama";
import type { MapInfo, Message, Packet, Place, Welcome } from "./protocol";
import { stepped, type Geo } from "./roam/geo";
import type { ShapeData } from "./shape";
import { recall, remember, State, type OwnLight, type Tile } from "./state";
import { Streamer } from "./streamer";
import { clampPlace } from "./geometry";

const THUMBS_AFTER_MS = 350;

export class Controller {
  readonly link = new Link();
  readonly streamer = new Streamer((message) => this.link.send(message));
  state: State | null = null;
  shape: ShapeData | null = null;
  /** Whether painted views are looked at: while they are not, none is asked for. */
  painting = true;
  onReady: (state: State) => void = () => undefined;
  onFrame: (frame: Frame) => void = () => undefined;
  onNotice: (text: string, kind: "info" | "error") => void = () => undefined;
  onLink: (state: LinkState, detail: string) => void = () => undefined;
  private thumbsTimer = 0;
  private shapeWanted = false;
  private readonly resultWaits = new Map<string, (url: string, name: string) => void>();

  start(): void {
    this.link.onMessage = (message) => this.hear(message);
    this.link.onPacket = (packet) => void this.take(packet);
    this.link.onState = (state, detail) => {
      if (state !== "open") this.streamer.reset();
      this.onLink(state, detail);
    };
    void this.link.start();
  }

  /** Enter a tile; an Error's message is shown. */
  async enter(tile: Tile): Promise<void> {
    const state = this.state;
    if (!state) return;
    const serial = await this.sendTile(tile);
    state.tile = tile;
    state.tileSerial = serial;
    state.place = { east: 0, south: 0 };
    state.path.clear();
    state.progress = 0;
    state.thumbs.clear();
    this.shape = null;
    state.emit("tile");
    this.stand(state.place, false);
    state.emit("ready");
  }

  stand(place: Place, moving: boolean): void {
    if (!this.state) return;
    this.state.place = clampPlace(place);
    this.state.emit("place");
    this.ask(moving);
  }

  /** Stand at a place of the map. */
  standOn(geo: Geo, moving: boolean): void {
    if (!this.state) return;
    this.state.geo = geo;
    this.state.emit("place");
    this.ask(moving);
  }

  /** Go so many metres, on the tile or on the map. */
  move(eastM: number, southM: number): void {
    const { state } = this;
    if (!state) return;
    if (state.geo) {
      state.geo = stepped(state.geo, eastM, -southM);
    } else {
      const unit = state.info.scene.extentM / 2;
      state.place = clampPlace({ east: state.place.east + eastM / unit, south: state.place.south + southM / unit });
    }
    state.emit("place");
  }

  /** Ask for the present place in the present light. */
  ask(moving: boolean): void {
    const state = this.state;
    if (!state?.tile) return;
    if (this.painting) this.streamer.want({ place: state.geo ?? state.place, light: state.light, layer: state.layer, moving });
    window.clearTimeout(this.thumbsTimer);
    if (!moving) {
      this.thumbsTimer = window.setTimeout(() => this.askThumbs(), THUMBS_AFTER_MS);
      remember(state);
    }
  }

  askThumbs(): void {
    if (this.state?.tile) this.link.send({ do: "thumbs", ...this.state.place });
  }

  askShape(): void {
    if (!this.state?.tile || this.shape || this.shapeWanted) return;
    this.shapeWanted = this.link.send({ do: "shape" });
  }

  /** Start long work; `then` is called with the finished file. */
  make(what: string, options: object, then?: (url: string, name: string) => void): void {
    if (!this.link.send({ do: "make", what, ...options })) this.onNotice("The studio is not connected; try again in a moment.", "error");
    else if (then) this.resultWaits.set(what, then);
  }

  cancel(job: string): void {
    this.link.send({ do: "cancel", job });
  }

  drop(token: string): void {
    if (!this.state) return;
    this.link.send({ do: "drop", token });
    this.state.results = this.state.results.filter((result) => result.token !== token);
    this.state.emit("work");
  }

  /** Do work on a file; what goes wrong is shown, with the file's name. */
  async guarded(name: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.onNotice(`${name}: ${error instanceof Error ? error.message : String(error)}`, "error");
    }
  }

  async addLight(light: OwnLight): Promise<void> {
    const state = this.state;
    if (!state) return;
    await this.sendLight(light);
    state.ownLights = [...state.ownLights.filter((own) => own.key !== light.key), light];
    state.emit("lights");
    this.askThumbs();
  }

  private async sendTile(tile: Tile): Promise<number> {
    const { source } = tile;
    if ("map" in source) return this.state?.tileSerial ?? -1; // a frame tells it
    const answer =
      "example" in source
        ? await this.link.post(`api/tile?example=${encodeURIComponent(source.example)}`, null)
        : await this.link.post("api/tile", await (await fetchData(source.picture)).blob());
    return ((await answer.json()) as { tile: number }).tile;
  }

  private async sendLight(light: OwnLight): Promise<void> {
    let answer = await this.link.post(`api/light?key=${light.key}`, light.photo);
    if (light.mask) answer = await this.link.post(`api/light?key=${light.key}&mask=1`, light.mask);
    light.skyShare = ((await answer.json()) as { skyShare: number }).skyShare;
  }

  private hear(message: Message): void {
    switch (message.kind) {
      case "welcome":
        void this.welcome(message);
        break;
      case "refused":
        break; // told through onLink
      case "dropped":
        if (message.seq !== undefined) this.streamer.done(message.seq);
        break;
      case "error":
        if (message.about === "shape") this.shapeWanted = false;
        if (message.seq !== undefined) this.streamer.done(message.seq);
        this.onNotice(message.text, "error");
        break;
      case "job":
        this.hearJob(message);
        break;
      case "result":
        this.hearResult(message);
        break;
    }
  }

  private hearJob(job: Extract<Message, { kind: "job" }>): void {
    if (job.state === "failed") this.onNotice(`${job.title}: ${job.text}`, "error");
    if (job.state === "waiting" || job.state === "running") this.state?.jobs.set(job.job, job);
    else this.state?.jobs.delete(job.job);
    this.state?.emit("work");
  }

  private hearResult(message: Extract<Message, { kind: "result" }>): void {
    const { result, ...rest } = message;
    this.state?.results.unshift({ ...rest, kind: result });
    this.state?.emit("work");
    this.resultWaits.get(result)?.(message.url, message.name);
    this.resultWaits.delete(result);
  }

  /** The server is there: at first, again after a lost connection, or anew after a restart. */
  private async welcome(message: Welcome): Promise<void> {
    const known = this.state;
    if (!known) {
      const state = new State(message);
      this.state = state;
      state.results = message.results.reverse();
      for (const job of message.jobs) state.jobs.set(job.job, job);
      this.onReady(state);
      await this.goOn(state, message);
      return;
    }
    if (known.info.scene.extentM !== message.scene.extentM || known.info.weights.name !== message.weights.name) {
      location.reload(); // other weights: other scale, other panorama
      return;
    }
    known.results = message.results.reverse();
    known.jobs = new Map(message.jobs.map((job) => [job.job, job]));
    known.emit("work");
    await this.resend(known, message.tile);
  }

  /** After a reload of the page: go back to where this tab was. */
  private async goOn(state: State, message: Welcome): Promise<void> {
    const memory = recall();
    if (message.map) {
      this.beginOnMap(state, message.map, memory?.tile && "map" in memory.tile.source && memory.tile.title === message.map.name ? memory : null);
      return;
    }
    if (memory === null || "map" in memory.tile.source) return;
    state.tile = memory.tile;
    state.place = memory.place;
    state.light = message.presets.includes(memory.light.a) ? memory.light : state.light;
    state.path.smoothTo(memory.smoothingM);
    state.path.set(memory.points);
    state.emit("light");
    await this.resend(state, message.tile);
    if (state.tileSerial >= 0) state.emit("tile");
    else state.tile = null;
  }

  private beginOnMap(state: State, map: MapInfo, memory: ReturnType<typeof recall>): void {
    state.tile = { title: map.name, url: "", source: { map: map.name } };
    if (memory && state.info.presets.includes(memory.light.a)) state.light = memory.light;
    state.track = memory?.track ?? [];
    state.emit("light");
    state.emit("tile");
    this.standOn(memory?.geo ?? { lat: map.middle[0], lon: map.middle[1] }, false);
    state.emit("ready");
  }

  private async resend(state: State, tile: number | null): Promise<void> {
    if (!state.tile) return;
    try {
      state.tileSerial = tile ?? (await this.sendTile(state.tile));
      if (tile === null) for (const light of state.ownLights) await this.sendLight(light);
      this.shapeWanted = false;
      this.ask(false);
      state.emit("ready");
    } catch (error) {
      this.onNotice(error instanceof Error ? error.message : String(error), "error");
    }
  }

  private async take(packet: Packet): Promise<void> {
    const { header } = packet;
    if (!this.state) return;
    if (header.kind === "frame") await this.takeFrame(packet);
    else if (header.tile !== this.state.tileSerial) return;
    else if (header.kind === "thumb") await this.takeThumb(packet);
    else await this.takeShape(packet);
  }

  private async takeFrame(packet: Packet): Promise<void> {
    const frame: Frame = {};
    const picture = packet.parts.get("picture");
    const colour = packet.parts.get("colour");
    const depth = packet.parts.get("depth");
    const opacity = packet.parts.get("opacity");
    if (picture) frame.picture = await createImageBitmap(new Blob([picture.bytes], { type: picture.type }));
    if (colour) frame.colour = await createImageBitmap(new Blob([colour.bytes], { type: colour.type }));
    if (depth) frame.depth = new Uint16Array(await inflate(depth.bytes));
    if (opacity) frame.opacity = new Uint8Array(await inflate(opacity.bytes));
    this.followWindow(packet.header);
    if (packet.header.tile === this.state?.tileSerial && this.streamer.accept(packet.header.seq ?? 0)) this.onFrame(frame);
    else this.streamer.done(packet.header.seq ?? 0);
  }

  /** On a map every frame says which window over it is seen, and where in it one stands. */
  private followWindow(header: Packet["header"]): void {
    const { state } = this;
    if (!state || header.lat === undefined) return;
    if (header.tile !== state.tileSerial) {
      state.tileSerial = header.tile;
      this.shape = null;
      this.shapeWanted = false;
    }
    state.place = { east: header.east ?? 0, south: header.south ?? 0 };
  }

  private async takeThumb(packet: Packet): Promise<void> {
    const picture = packet.parts.get("picture");
    const light = packet.header.light ?? "";
    const state = this.state;
    if (!picture || !state) return;
    const old = state.thumbs.get(light);
    if (old) URL.revokeObjectURL(old);
    state.thumbs.set(light, URL.createObjectURL(new Blob([picture.bytes], { type: picture.type })));
    state.emit("thumb");
    await Promise.resolve();
  }

  private async takeShape(packet: Packet): Promise<void> {
    this.shapeWanted = false;
    const heights = packet.parts.get("heights");
    const solid = packet.parts.get("solid");
    const { header } = packet;
    if (!heights || !solid || !header.heights || !header.solid) return;
    const codes = new Uint16Array(await inflate(heights.bytes));
    this.shape = {
      heights: Float32Array.from(codes, (code) => code / 100),
      side: header.heights[0],
      solid: new Uint8Array(await inflate(solid.bytes)),
      solidShape: header.solid,
    };
    this.state?.emit("shape");
  }
}

/** `fetch` of a data URL without touching the network (the page's policy forbids fetching data:). */
async function fetchData(url: string): Promise<Response> {
  const [head = "", body = ""] = url.split(",", 2);
  const binary = atob(body);
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const type = /data:([^;]+)/.exec(head)?.[1] ?? "application/octet-stream";
  return Promise.resolve(new Response(new Blob([bytes], { type })));
}
