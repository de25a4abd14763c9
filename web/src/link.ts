// The connection to the server: opens, parses, and comes back by itself when it is lost.

import { PROTOCOL, type Message, type Packet } from "./protocol";

export type LinkState = "connecting" | "open" | "lost" | "refused";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 4000;
const SESSION_KEY = "sat2density.session";

/** Split a binary message: uint32 length, JSON header, parts in the header's order. */
export function parsePacket(buffer: ArrayBuffer): Packet {
  const length = new DataView(buffer).getUint32(0, true);
  const text = new TextDecoder().decode(new Uint8Array(buffer, 4, length));
  const header = JSON.parse(text) as Packet["header"] & { parts: { name: string; type: string; size: number }[] };
  const parts: Packet["parts"] = new Map();
  let start = 4 + length;
  for (const part of header.parts) {
    parts.set(part.name, { type: part.type, bytes: new Uint8Array(buffer, start, part.size) });
    start += part.size;
  }
  return { header, parts };
}

export class Link {
  onMessage: (message: Message) => void = () => undefined;
  onPacket: (packet: Packet) => void = () => undefined;
  onState: (state: LinkState, detail: string) => void = () => undefined;
  session = sessionStorage.getItem(SESSION_KEY) ?? "";
  private readonly tab = crypto.getRandomValues(new Uint32Array(4)).join("-");
  private socket: WebSocket | null = null;
  private wait = FIRST_WAIT_MS;

  connect(): void {
    this.onState("connecting", "");
    const scheme = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(`${scheme}//${location.host}/ws`);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ do: "hello", protocol: PROTOCOL, session: this.session, tab: this.tab }));
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.socket) this.receive(event.data);
    };
    socket.onclose = () => {
      if (socket === this.socket) this.lost();
    };
  }

  get open(): boolean {
    return this.socket?.readyState === WebSocket.OPEN && this.session !== "";
  }

  send(message: object): boolean {
    if (!this.open) return false;
    this.socket?.send(JSON.stringify(message));
    return true;
  }

  /** POST a body and return the answer; an Error carries the server's sentence. */
  async post(path: string, body: BodyInit | null): Promise<Response> {
    let answer: Response;
    try {
      answer = await fetch(path, { method: "POST", body, headers: { "x-studio-session": this.session } });
    } catch {
      throw new Error("The studio does not answer. Is its command still running?");
    }
    if (!answer.ok) {
      const said = (await answer.json().catch(() => ({}))) as { error?: string };
      throw new Error(said.error ?? `The studio answered ${answer.status}.`);
    }
    return answer;
  }

  private receive(data: string | ArrayBuffer): void {
    if (typeof data !== "string") {
      this.onPacket(parsePacket(data));
      return;
    }
    const message = JSON.parse(data) as Message;
    if (message.kind === "welcome") {
      this.session = message.session;
      sessionStorage.setItem(SESSION_KEY, message.session);
      this.wait = FIRST_WAIT_MS;
      this.onState("open", "");
    } else if (message.kind === "refused") {
      this.socket = null;
      this.onState("refused", message.text);
    }
    this.onMessage(message);
  }

  private lost(): void {
    this.socket = null;
    this.onState("lost", "");
    window.setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 1.6, LONGEST_WAIT_MS);
  }
}

/** Undo the server's compression of a plain array. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
