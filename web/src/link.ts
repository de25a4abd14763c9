// The connection to the server: opens, parses, and comes back by itself when it is lost.

import { PROTOCOL, type Message, type Packet } from "./protocol";

export type LinkState = "connecting" | "open" | "lost" | "refused";

const FIRST_WAIT_MS = 400;
const LONGEST_WAIT_MS = 4000;
const SESSION_KEY = "sat2density.session";
const TAB_KEY = "sat2density.tab";
const ANSWER_MS = 200;
const NO_TOKEN = "The studio was started anew, and has another token: open the address that its command printed.";

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

/** This tab's name, which a reload keeps. A duplicated tab copies it, hears the original, and takes another name. */
async function tabName(): Promise<string> {
  const fresh = (): string => crypto.getRandomValues(new Uint32Array(4)).join("-");
  let name = sessionStorage.getItem(TAB_KEY);
  const channel = new BroadcastChannel(TAB_KEY);
  if (name !== null && (await isTaken(channel, name))) {
    name = null;
    sessionStorage.removeItem(SESSION_KEY); // the place there is the original's
  }
  const own = name ?? fresh();
  sessionStorage.setItem(TAB_KEY, own);
  channel.onmessage = (event: MessageEvent<{ ask?: string }>) => {
    if (event.data.ask === own) channel.postMessage({ taken: own });
  };
  return own;
}

function isTaken(channel: BroadcastChannel, name: string): Promise<boolean> {
  return new Promise((resolve) => {
    window.setTimeout(() => resolve(false), ANSWER_MS);
    channel.onmessage = (event: MessageEvent<{ taken?: string }>) => {
      if (event.data.taken === name) resolve(true);
    };
    channel.postMessage({ ask: name });
  });
}

export class Link {
  onMessage: (message: Message) => void = () => undefined;
  onPacket: (packet: Packet) => void = () => undefined;
  onState: (state: LinkState, detail: string) => void = () => undefined;
  session = "";
  private tab = "";
  private socket: WebSocket | null = null;
  private wait = FIRST_WAIT_MS;

  async start(): Promise<void> {
    this.tab = await tabName();
    this.session = sessionStorage.getItem(SESSION_KEY) ?? "";
    this.connect();
  }

  private connect(): void {
    this.onState("connecting", "");
    const address = new URL("ws", location.href); // relative: a proxy may show the studio under a path
    address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
    const socket = new WebSocket(address);
    let opened = false;
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.onopen = () => {
      opened = true;
      socket.send(JSON.stringify({ do: "hello", protocol: PROTOCOL, session: this.session, tab: this.tab }));
    };
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (socket === this.socket) this.receive(event.data);
    };
    socket.onclose = () => {
      if (socket === this.socket) void this.lost(opened);
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
  post(path: string, body: BodyInit | null): Promise<Response> {
    return answered(path, { method: "POST", body, headers: { "x-studio-session": this.session } });
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

  private async lost(opened: boolean): Promise<void> {
    this.socket = null;
    this.onState("lost", "");
    if (!opened && (await refusesUs())) {
      this.onState("refused", NO_TOKEN);
      return;
    }
    window.setTimeout(() => this.connect(), this.wait);
    this.wait = Math.min(this.wait * 1.6, LONGEST_WAIT_MS);
  }
}

/** What the studio answers; an Error carries its sentence, or says that there was no answer. */
export async function answered(path: string, options: RequestInit): Promise<Response> {
  let answer: Response;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The studio does not answer. Is its command still running?");
  }
  if (!answer.ok) {
    const said = (await answer.json().catch(() => ({}))) as { error?: string };
    throw new Error(said.error ?? `The studio answered ${answer.status}.`);
  }
  return answer;
}

/** Whether a studio is there and does not let this page in. */
async function refusesUs(): Promise<boolean> {
  return fetch("./", { method: "HEAD" }).then((answer) => answer.status === 403, () => false);
}

/** Undo the server's compression of a plain array. */
export async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}
