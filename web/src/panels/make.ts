// Making files: videos along the path, the page to keep, and the list of what was made.

import type { Controller } from "../controller";
import { button, bytes, card, h } from "../dom";
import type { Job, Result } from "../protocol";
import type { State } from "../state";
import { FilmView } from "../views/film";
import { fetchFile } from "./shape";

export class MakePanel {
  readonly element: HTMLElement;
  readonly share: HTMLElement;
  private readonly kind = h("select", { id: "video-kind" });
  private readonly width = h("select", { id: "video-width" });
  private readonly fps = h("select", { id: "video-fps" }, ...[10, 15, 24, 30].map((n) => h("option", { value: n, selected: n === 15 }, `${n} / s`)));
  private readonly speed = h("select", { id: "video-speed" }, ...[1, 2, 4, 8].map((n) => h("option", { value: n, selected: n === 2 }, `${n} m/s`)));
  private readonly plan = h("p", { class: "note", role: "status" });
  private readonly start = button("Make the video", () => this.make(), { kind: "primary", icon: "play" });
  private readonly link = h("input", { type: "url", readonly: true, class: "link", onfocus: () => this.link.select() });
  private readonly linkNote = h("p", { class: "note" });
  private readonly jobs = h("div", { class: "jobs" });
  private readonly results = h("ul", { class: "results", "aria-label": "Results" });

  constructor(
    private readonly state: State,
    private readonly controller: Controller,
    private readonly film: FilmView,
  ) {
    this.kind.append(...state.info.films.map((film) => h("option", { value: film.key }, film.label)));
    const field = (label: string, select: HTMLSelectElement): HTMLElement =>
      h("label", { class: "field", for: select.id }, h("span", {}, label), select);
    this.element = card(
      "Make",
      field("Video", this.kind),
      h("div", { class: "columns" }, field("Width", this.width), field("Rate", this.fps), field("Walking", this.speed)),
      this.plan,
      h("div", { class: "row" }, this.start),
      this.jobs, this.results,
    );
    this.share = card(
      "Share",
      h("label", { class: "field" }, h("span", {}, "A link to this place"), this.link),
      h("div", { class: "row" }, button("Copy the link", () => void this.copy(), { icon: "copy" })),
      this.linkNote,
      h("h3", {}, "A page to keep"),
      h("p", { class: "note" }, "One file with the tile, the walk to scrub, places to look around in, and the shape. It opens from disk, without a server or a network."),
      h("div", { class: "row" }, ...state.info.formats.filter((format) => format.available && format.needsLight).map(({ key, title }) =>
        button(`Save ${title.charAt(0).toLowerCase()}${title.slice(1)}`, () => this.saveLit(key), { icon: "download", kind: "primary" }))),
    );
    for (const select of [this.kind, this.fps, this.speed]) select.addEventListener("change", () => this.refreshPlan());
    for (const topic of ["path", "tile", "light"] as const) state.on(topic, () => this.refreshPlan());
    state.on("work", () => this.refreshWork());
    state.on("address", () => this.refreshLink());
    this.refreshPlan();
    this.refreshWork();
  }

  private get spacingM(): number {
    return Number(this.speed.value) / Number(this.fps.value);
  }

  private refreshPlan(): void {
    const widths = this.state.info.films.find((film) => film.key === this.kind.value)?.widths ?? [];
    const chosen = this.width.value;
    this.width.replaceChildren(...widths.map((w) => h("option", { value: w }, `${w} px`)));
    if (widths.includes(Number(chosen))) this.width.value = chosen;
    const { map } = this.state.info;
    const ready = map === null && this.state.path.line.length > 1;
    this.start.disabled = !ready;
    const frames = Math.max(2, Math.round(this.state.path.lengthM / this.spacingM) + 1);
    this.plan.textContent = ready
      ? `${frames} frames, ${(frames / Number(this.fps.value)).toFixed(1)} s, in this light: ${this.state.lightName}.`
      : map === null
        ? "Draw a path on the map first: choose Draw or Points above it."
        : `A film along a track over a map: save the track, then run: sat2density video --map ${map.name} --track track.gpx`;
  }

  private refreshLink(): void {
    const { tile, light } = this.state;
    this.link.value = location.href;
    const own = [light.a, light.b].some((name) => name?.startsWith("own-"));
    this.linkNote.textContent =
      (tile && "picture" in tile.source
        ? `It opens this place, direction and light once ${tile.title} is chosen and cut again: a link does not hold your picture. `
        : "It opens this tile, place, direction and light again. ") +
      (own ? "It does not hold your photograph: the light is then a preset. " : "") +
      "Whoever opens it must reach this studio and have its token.";
  }

  private async copy(): Promise<void> {
    this.link.select();
    try {
      await navigator.clipboard.writeText(this.link.value);
      this.controller.onNotice("The link is copied.", "info");
    } catch {
      this.controller.onNotice("The browser does not let this page copy; the link is marked: press Ctrl+C.", "info");
    }
  }

  private make(): void {
    this.controller.make("video", {
      style: this.kind.value,
      width: Number(this.width.value),
      fps: Number(this.fps.value),
      light: this.state.light,
      points: this.state.path.cameras(this.spacingM).map((p) => [p.east, p.south]),
    });
  }

  /** Save a format that shows the walk and the place in the light of now. */
  private saveLit(key: string): void {
    const { path, place, light, tile } = this.state;
    const points = path.line.length > 1 ? path.cameras(0.5) : [];
    this.controller.make(
      key,
      { light, title: tile?.title ?? "", place, yaw: this.state.looking.gaze.yaw, points: points.map((p) => [p.east, p.south]) },
      (url, name) => fetchFile(url, name),
    );
  }

  private refreshWork(): void {
    this.jobs.replaceChildren(...[...this.state.jobs.values()].map((job) => this.jobLine(job)));
    this.results.replaceChildren(...this.state.results.map((result) => this.resultLine(result)));
    this.results.hidden = this.state.results.length === 0;
  }

  private jobLine(job: Job): HTMLElement {
    const left = job.leftS === null ? "" : `, about ${Math.max(1, Math.round(job.leftS))} s left`;
    const text = job.state === "waiting" ? "waiting" : `${job.done} of ${job.total || "?"}${left}`;
    return h(
      "div", { class: "job" },
      h("div", { class: "row between" }, h("span", {}, `${job.title}: ${text}`), button("Cancel", () => this.controller.cancel(job.job), { icon: "close" })),
      h("progress", { max: Math.max(1, job.total), value: job.done, "aria-label": job.title }),
    );
  }

  private resultLine(result: Result): HTMLElement {
    return h(
      "li", { class: "row between" },
      h("span", { class: "result-name" }, result.name, h("small", {}, ` ${result.note} · ${bytes(result.bytes)}`)),
      h("span", { class: "row tight" },
        FilmView.plays(result) && button(`Play ${result.name}`, () => this.film.play(result), { icon: "play", bare: true }),
        button(`Download ${result.name}`, () => fetchFile(result.url, result.name), { icon: "download", bare: true }),
        button(`Remove ${result.name}`, () => this.remove(result), { icon: "close", bare: true })),
    );
  }

  private remove(result: Result): void {
    this.film.gone(result.token);
    this.controller.drop(result.token);
  }
}
