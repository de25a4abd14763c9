// Places on Earth: steps in metres on the ellipsoid of WGS 84, how they are written and read, tracks as GPX.

export interface Geo {
  lat: number;
  lon: number;
}

const EQUATOR_M = 6378137;
const SQUARE = (2 - 1 / 298.257223563) / 298.257223563;
const PLACE = /^\s*([-+]?\d+(?:\.\d+)?)\s*[,; ]\s*([-+]?\d+(?:\.\d+)?)\s*$/;

/** Metres of a degree to the north and to the east. */
function degreeM(lat: number): [number, number] {
  const phi = (lat * Math.PI) / 180;
  const root = 1 - SQUARE * Math.sin(phi) ** 2;
  const north = (EQUATOR_M * (1 - SQUARE)) / root ** 1.5;
  const east = (EQUATOR_M * Math.cos(phi)) / Math.sqrt(root);
  return [(north * Math.PI) / 180, (east * Math.PI) / 180];
}

/** The place so many metres away: of a step, not of a journey (1 mm off in 100 m). */
export function stepped(from: Geo, eastM: number, northM: number): Geo {
  const lat = from.lat + northM / degreeM(from.lat)[0];
  const east = degreeM((from.lat + lat) / 2)[1];
  return { lat, lon: wrapped(from.lon + eastM / east) };
}

/** Metres to the east and to the north from one place to another. */
export function between(from: Geo, to: Geo): [number, number] {
  const [north, east] = degreeM((from.lat + to.lat) / 2);
  return [wrapped(to.lon - from.lon) * east, (to.lat - from.lat) * north];
}

export function distanceM(from: Geo, to: Geo): number {
  return Math.hypot(...between(from, to));
}

export function lengthM(points: readonly Geo[]): number {
  return points.slice(1).reduce((sum, point, i) => sum + distanceM(points[i] as Geo, point), 0);
}

/** The place and the direction (degrees clockwise from north) so many metres along a line. */
export function along(points: readonly Geo[], metres: number): { geo: Geo; yaw: number } | null {
  let left = metres;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1] as Geo, points[i] as Geo];
    const [east, north] = between(a, b);
    const piece = Math.hypot(east, north);
    if (left <= piece || i === points.length - 1) {
      const share = piece > 0 ? Math.min(1, left / piece) : 0;
      return { geo: stepped(a, east * share, north * share), yaw: (Math.atan2(east, north) * 180) / Math.PI };
    }
    left -= piece;
  }
  return null;
}

/** "LAT, LON" to a centimetre. */
export function geoText({ lat, lon }: Geo): string {
  return `${lat.toFixed(7)}, ${lon.toFixed(7)}`;
}

/** Read what somebody typed; a text says what is wrong with it. */
export function readGeo(text: string): Geo | string {
  const match = PLACE.exec(text);
  if (!match) return "Type latitude and longitude in degrees, such as -33.8568, 151.2153.";
  const [lat, lon] = [Number(match[1]), Number(match[2])];
  if (Math.abs(lat) > 90 && Math.abs(lon) <= 90) return `Latitude comes first: did you mean ${lon}, ${lat}?`;
  if (Math.abs(lat) > 90 || Math.abs(lon) > 360) return "Latitudes go from -90 to 90, longitudes from -180 to 180.";
  return { lat, lon: wrapped(lon) };
}

export function gpx(points: readonly Geo[], name: string): string {
  const escaped = name.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);
  const line = points.map((p) => `<trkpt lat="${p.lat.toFixed(8)}" lon="${p.lon.toFixed(8)}"/>`).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="sat2density studio" xmlns="http://www.topografix.com/GPX/1/1">
<trk><name>${escaped}</name><trkseg>
${line}
</trkseg></trk>
</gpx>
`;
}

function wrapped(lon: number): number {
  return ((((lon + 180) % 360) + 360) % 360) - 180;
}
