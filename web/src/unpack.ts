// What the server's packets hold, as what the views show.

import { inflate } from "./link";
import type { Frame } from "./panorama";
import type { Packet } from "./protocol";
import type { ShapeData } from "./shape";

export async function frameOf({ header, parts }: Packet): Promise<Frame> {
  const { east = 0, south = 0 } = header;
  const frame: Frame = { place: { east, south } };
  const picture = parts.get("picture");
  const colour = parts.get("colour");
  const depth = parts.get("depth");
  const opacity = parts.get("opacity");
  if (picture) frame.picture = await createImageBitmap(new Blob([picture.bytes], { type: picture.type }));
  if (colour) frame.colour = await createImageBitmap(new Blob([colour.bytes], { type: colour.type }));
  if (depth) frame.depth = new Uint16Array(await inflate(depth.bytes));
  if (opacity) frame.opacity = new Uint8Array(await inflate(opacity.bytes));
  if (header.detail) frame.detail = header.detail;
  return frame;
}

/** The shape in a packet; null where a part is missing. */
export async function shapeOf({ header, parts }: Packet): Promise<ShapeData | null> {
  const heights = parts.get("heights");
  const solid = parts.get("solid");
  if (!heights || !solid || !header.heights || !header.solid) return null;
  const codes = new Uint16Array(await inflate(heights.bytes));
  return {
    heights: Float32Array.from(codes, (code) => code / 100),
    side: header.heights[0],
    solid: new Uint8Array(await inflate(solid.bytes)),
    solidShape: header.solid,
  };
}

/** `fetch` of a data URL without touching the network (the page's policy forbids fetching data:). */
export async function fetchData(url: string): Promise<Response> {
  const [head = "", body = ""] = url.split(",", 2);
  const binary = atob(body);
  const bytes = Uint8Array.from(binary, (c) => c.charCodeAt(0));
  const type = /data:([^;]+)/.exec(head)?.[1] ?? "application/octet-stream";
  return Promise.resolve(new Response(new Blob([bytes], { type })));
}
