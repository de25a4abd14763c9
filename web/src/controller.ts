// Joins state, connection and view: what happens when somebody does something, and when the server answers.

import { Arrival } from "./arrival";
import { Detail } from "./detail";
import { Lights } from "./lights";
import { Link, type LinkState } from "./link";
import { addressOf, type Address } from "./linkstate";
import type { Frame } from "./panorama";
import type { Message, Packet, Place, Result, Welcome } from "./protocol";
import { stepped, type Geo } from "./roam/geo";
import type { ShapeData } from "./shape";
import { remember, State, type Tile } from "./state";
import { Streamer } from "./streamer";
import { fetchData, frameOf, shapeOf } from "./unpack";
import { clampPlace } from "./geometry";

/** Where somebody stands: on the tile, or, where there is a map, on Earth. */
export interface Standpoint {
  place: Place;
  geo: Geo | null;
}

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
  readonly detail = new Detail(this);
  readonly lights = new Lights(this);
  private readonly arrival = new Arrival(this);
  onResult: (result: Result, fetched: boolean) => void = () => undefined;
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
  async enter(tile: Tile, address: Address | null = null): Promise<void> {
    const state = this.state;
    if (!state) return;
    const serial = await this.sendTile(tile);
    const expected = address ?? this.arrival.expectedIn(tile);
    state.tile = tile;
    state.tileSerial = serial;
    state.place = { east: 0, south: 0 };
    state.path.clear();
    state.progress = 0;
    this.lights.clear(state);
    this.shape = null;
    state.emit("tile");
    if (expected) this.arrival.arrive(state, expected);
    else this.stand(state.place, false);
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

  /** Stand so many metres from a place, on the tile or on the map. */
  standFrom(from: Standpoint, eastM: number, southM: number, moving: boolean): void {
    if (!this.state) return;
    const unit = this.state.info.scene.extentM / 2;
    if (from.geo) this.standOn(stepped(from.geo, eastM, -southM), moving);
    else this.stand({ east: from.place.east + eastM / unit, south: from.place.south + southM / unit }, moving);
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
    if (this.painting) this.streamer.want({ place: state.geo ?? state.place, light: state.light, look: state.look, layer: state.layer, moving });
    this.lights.later(!moving);
    if (!moving) this.keep();
  }

  /** Keep where somebody is: for a reload, and in the address. */
  keep(): void {
    const state = this.state;
    if (!state?.tile) return;
    remember(state);
    history.replaceState(null, "", addressOf(state, state.tile));
    state.emit("address");
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

  private async sendTile(tile: Tile): Promise<number> {
    const { source } = tile;
    if ("map" in source) return this.state?.tileSerial ?? -1; // a frame tells it
    const answer =
      "example" in source
        ? await this.link.post(`api/tile?example=${encodeURIComponent(source.example)}`, null)
        : await this.link.post(`api/tile${source.widthM ? `?extent_m=${source.widthM}` : ""}`, await (await fetchData(source.picture)).blob());
    return ((await answer.json()) as { tile: number }).tile;
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
    if (job.state === "cancelled" && job.text) this.onNotice(job.text, "info");
    if (job.state === "waiting" || job.state === "running") this.state?.jobs.set(job.job, job);
    else this.state?.jobs.delete(job.job);
    this.state?.emit("work");
  }

  private hearResult(message: Extract<Message, { kind: "result" }>): void {
    const { result: kind, ...rest } = message;
    const result = { ...rest, kind };
    this.state?.results.unshift(result);
    this.state?.emit("work");
    const fetch = this.resultWaits.get(kind);
    fetch?.(message.url, message.name);
    this.resultWaits.delete(kind);
    this.onResult(result, fetch !== undefined);
  }

  /** The server is there: at first, again after a lost connection, or anew after a restart. */
  private async welcome(message: Welcome): Promise<void> {
    const known = this.state;
    if (!known) {
      const state = new State(message);
      this.state = state;
      state.results = message.results.reverse();
      for (const job of message.jobs) state.jobs.set(job.job, job);
      state.looking.onTurn(() => this.detail.later());
      this.onReady(state);
      await this.arrival.goOn(state, message);
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

  /** Give the server the tile again where it does not have it (`tile` is null). */
  async resend(state: State, tile: number | null): Promise<void> {
    if (!state.tile) return;
    try {
      state.tileSerial = tile ?? (await this.sendTile(state.tile));
      if (tile === null) this.arrival.missLights(await this.lights.resend(state));
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
    else if (header.kind === "thumb") this.lights.take(packet, this.state);
    else await this.takeShape(packet);
  }

  private async takeFrame(packet: Packet): Promise<void> {
    const frame = await frameOf(packet);
    this.followWindow(packet.header);
    if (packet.header.tile === this.state?.tileSerial && this.streamer.accept(packet.header.seq ?? 0)) {
      this.onFrame(frame);
      this.detail.shown(frame.detail !== undefined);
    } else this.streamer.done(packet.header.seq ?? 0);
  }

  /** On a map every frame says which window over it is seen, and where in it one stands. */
  private followWindow(header: Packet["header"]): void {
    const { state } = this;
    if (!state || header.lat === undefined) return;
    if (header.tile !== state.tileSerial) {
      state.tileSerial = header.tile;
      this.shape = null;
      this.shapeWanted = false;
      state.emit("window");
    }
    state.place = { east: header.east ?? 0, south: header.south ?? 0 };
    this.lights.arrived();
  }

  private async takeShape(packet: Packet): Promise<void> {
    this.shapeWanted = false;
    const shape = await shapeOf(packet);
    if (!shape) return;
    this.shape = shape;
    this.state?.emit("shape");
  }
}
