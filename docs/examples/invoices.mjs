#!/usr/bin/env node
// Signs in to a portal and lists its invoices: invoices.mjs SOCKET PORTAL EMAIL, the password on standard input.
import net from "node:net";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

// --- as much msgpack as the protocol needs
const head = (code, size, n) => { const b = Buffer.alloc(1 + n); b[0] = code; b.writeUIntBE(size, 1, n); return b; };
function pack(v) {
  if (v === null || v === undefined) return Buffer.from([0xc0]);
  if (typeof v === "boolean") return Buffer.from([v ? 0xc3 : 0xc2]);
  if (typeof v === "number") { const b = Buffer.alloc(9); b[0] = 0xd3; b.writeBigInt64BE(BigInt(v), 1); return b; }
  if (typeof v === "string") { const s = Buffer.from(v); return Buffer.concat([head(0xdb, s.length, 4), s]); }
  if (Buffer.isBuffer(v)) return Buffer.concat([head(0xc6, v.length, 4), v]);
  if (Array.isArray(v)) return Buffer.concat([head(0xdd, v.length, 4), ...v.map(pack)]);
  const pairs = Object.entries(v);
  return Buffer.concat([head(0xdf, pairs.length, 4), ...pairs.flatMap(([k, x]) => [pack(k), pack(x)])]);
}
function unpack(b) {
  let at = 0;
  const uint = (n) => { at += n; return n === 8 ? Number(b.readBigUInt64BE(at - 8)) : b.readUIntBE(at - n, n); };
  const int = (n) => { at += n; return n === 8 ? Number(b.readBigInt64BE(at - 8)) : b.readIntBE(at - n, n); };
  const bytes = (n) => b.subarray(at, (at += n));
  const list = (n) => Array.from({ length: n }, item);
  const map = (n) => Object.fromEntries(Array.from({ length: n }, () => [item(), item()]));
  function item() {
    const c = b[at++];
    if (c < 0x80) return c;
    if (c < 0x90) return map(c & 15);
    if (c < 0xa0) return list(c & 15);
    if (c < 0xc0) return bytes(c & 31).toString();
    if (c >= 0xe0) return c - 256;
    if (c <= 0xc3) return [null, undefined, false, true][c - 0xc0];
    if (c <= 0xc6) return bytes(uint(1 << (c - 0xc4)));
    if (c >= 0xcc && c <= 0xcf) return uint(1 << (c - 0xcc));
    if (c >= 0xd0 && c <= 0xd3) return int(1 << (c - 0xd0));
    if (c >= 0xd9 && c <= 0xdb) return bytes(uint(1 << (c - 0xd9))).toString();
    if (c === 0xdc || c === 0xdd) return list(uint(c === 0xdc ? 2 : 4));
    return map(uint(c === 0xde ? 2 : 4));
  }
  return item();
}

// --- one connection, one question at a time
const [path, portal, email] = process.argv.slice(2);
const socket = net.connect(path);
let got = Buffer.alloc(0), wake = () => {}, number = 0, token;
socket.on("data", (more) => { got = Buffer.concat([got, more]); wake(); });
socket.on("close", () => wake(new Error("the server ended the connection")));
async function read(size) {
  while (got.length < size) await new Promise((on, fail) => (wake = (e) => (e ? fail(e) : on())));
  const part = got.subarray(0, size);
  got = got.subarray(size);
  return part;
}
async function ask(op, args) {
  const id = head(0x80, ++number, 4).subarray(1), request = { v: 1, op, id: randomBytes(16), args, ...(token && { token }) };
  id[0] |= 0x80;
  const body = Buffer.concat([id, pack(request)]), size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(body.length));
  socket.write(Buffer.concat([Buffer.from([1]), size, body]));
  const answer = unpack((await read(Number((await read(9)).readBigUInt64BE(1)))).subarray(4));
  if (answer.error) { console.error(`${answer.error.code}: ${answer.error.message}`); process.exit(1); }
  return answer.result;
}
socket.write(Buffer.from("0053500000300000", "hex")); // REQ
if ((await read(8)).toString("hex") !== "0053500000310000") throw new Error("not a server of this protocol");
token = (await ask("session.sign_in", { portal, email, password: readFileSync(0, "utf8").trimEnd() })).token;
function money({ amount, currency }) { // whole minor units: yen have none, dinars three digits (ISO 4217)
  const digits = new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits;
  const all = String(amount < 0 ? -amount : amount).padStart(digits + 1, "0"), at = all.length - digits;
  return `${amount < 0 ? "-" : ""}${all.slice(0, at)}${digits ? "." : ""}${all.slice(at)} ${currency}`;
}
for (let after = ""; after !== undefined; ) {
  const page = await ask("invoice.list", { sort: "date", limit: 25, after });
  for (const x of page.invoices) console.log(x.number ?? "(draft)", x.date, x.status, money(x.total));
  after = page.next || undefined;
}
await ask("session.sign_out", {});
socket.end();
