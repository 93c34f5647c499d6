/* SM3 (GB/T 32905-2016), the hash that the server names files by. Written out here because no browser has it, and because browsers lend their own
 * hashes only to pages on a secure connection. */
const iv = [0x7380166f, 0x4914b2b9, 0x172442d7, 0xda8a0600, 0xa96f30bc, 0x163138aa, 0xe38dee4d, 0xb0fb0e4e];
const rotl = (x: number, n: number) => (x << n) | (x >>> (32 - n));
const constant = Array.from({ length: 64 }, (_, j) => rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32));

export class Sm3 {
  private readonly v = Int32Array.from(iv);
  private readonly w = new Int32Array(68);
  private readonly rest = new Uint8Array(64);
  private held = 0;
  private length = 0;

  private block(b: Uint8Array, at: number): void {
    const { w, v } = this;
    for (let i = 0; i < 16; i++) w[i] = (b[at + 4 * i] << 24) | (b[at + 4 * i + 1] << 16) | (b[at + 4 * i + 2] << 8) | b[at + 4 * i + 3];
    for (let i = 16; i < 68; i++) {
      const x = w[i - 16] ^ w[i - 9] ^ rotl(w[i - 3], 15);
      w[i] = x ^ rotl(x, 15) ^ rotl(x, 23) ^ rotl(w[i - 13], 7) ^ w[i - 6];
    }
    let [A, B, C, D, E, F, G, H] = v;
    for (let j = 0; j < 64; j++) {
      const a12 = rotl(A, 12);
      const s1 = rotl((a12 + E + constant[j]) | 0, 7);
      const ff = j < 16 ? A ^ B ^ C : (A & B) | (A & C) | (B & C);
      const gg = j < 16 ? E ^ F ^ G : (E & F) | (~E & G);
      const t1 = (ff + D + (s1 ^ a12) + (w[j] ^ w[j + 4])) | 0;
      const t2 = (gg + H + s1 + w[j]) | 0;
      D = C;
      C = rotl(B, 9);
      B = A;
      A = t1;
      H = G;
      G = rotl(F, 19);
      F = E;
      E = t2 ^ rotl(t2, 9) ^ rotl(t2, 17);
    }
    [A, B, C, D, E, F, G, H].forEach((x, i) => (v[i] ^= x));
  }
  add(b: Uint8Array): this {
    this.length += b.length;
    let at = 0;
    if (this.held) {
      at = Math.min(64 - this.held, b.length);
      this.rest.set(b.subarray(0, at), this.held);
      this.held += at;
      if (this.held < 64) return this;
      this.block(this.rest, 0);
      this.held = 0;
    }
    for (; at + 64 <= b.length; at += 64) this.block(b, at);
    this.rest.set(b.subarray(at));
    this.held = b.length - at;
    return this;
  }
  hex(): string {
    const bits = this.length * 8;
    const pad = new Uint8Array((this.held < 56 ? 64 : 128) - this.held);
    pad[0] = 0x80;
    const view = new DataView(pad.buffer);
    view.setUint32(pad.length - 8, Math.floor(bits / 2 ** 32));
    view.setUint32(pad.length - 4, bits >>> 0);
    this.add(pad);
    return [...this.v].map((x) => (x >>> 0).toString(16).padStart(8, "0")).join("");
  }
}
export const sm3 = (what: Uint8Array | string): string => new Sm3().add(typeof what === "string" ? new TextEncoder().encode(what) : what).hex();

/* Of a photo's megabytes, in pieces, so that the screen still answers. */
export async function sm3Of(blob: Blob): Promise<string> {
  const h = new Sm3();
  const piece = 1 << 20;
  for (let at = 0; at < blob.size; at += piece) {
    h.add(new Uint8Array(await blob.slice(at, at + piece).arrayBuffer()));
    await new Promise((r) => setTimeout(r));
  }
  return h.hex();
}
