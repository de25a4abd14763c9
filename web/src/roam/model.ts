// The model on a map: of the tile one stands in and those around it; another one as one walks on.

import type { Loaded } from "../views/model";
import type { Spot } from "../walk/obstacles";
import { between, stepped, type Geo } from "./geo";

/** So far from where a model was asked for, in tiles, the next one is: there are 30 m of a tile's 40 m left to see then. */
const ONWARD = 0.5;

export class Around {
  private asked: Geo | null = null;
  private count = 0;

  constructor(
    private readonly extentM: number,
    private readonly here: () => Geo,
    private readonly post: (path: string) => Promise<Response>,
  ) {}

  /** Another one when the walker has gone so far that another model is to be seen. */
  key(): string {
    const here = this.here();
    const way = this.asked ? between(this.asked, here) : [Infinity, Infinity];
    if (Math.max(...way.map(Math.abs)) > ONWARD * this.extentM) {
      this.asked = here;
      this.count += 1;
    }
    return String(this.count);
  }

  async load(): Promise<Loaded> {
    const { lat, lon } = this.asked ?? this.here();
    const answer = await this.post(`api/model?lat=${lat}&lon=${lon}`);
    const [north, east] = (answer.headers.get("x-studio-middle") ?? "").split(",").map(Number);
    if (north === undefined || east === undefined || !Number.isFinite(north + east)) throw new Error("The studio did not say where the model lies; reload the page.");
    return { glb: await answer.arrayBuffer(), middle: { lat: north, lon: east } };
  }

  spot(middle: Geo): Spot {
    const [east, north] = between(middle, this.here());
    return { east, south: -north };
  }

  /** The place on Earth of a spot. */
  geo({ east, south }: Spot, middle: Geo): Geo {
    return stepped(middle, east, -south);
  }
}
