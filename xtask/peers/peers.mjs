// What a user of Node would have instead: the same work by node:crypto and undici.
//
// `peers.mjs sign FIXTURES` prints nanoseconds for each piece of work; `peers.mjs http URL CALLS` prints the processor time of one
// createOrder call, 16 in flight, in nanoseconds.

import assert from "node:assert";
import crypto from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const IN_FLIGHT = 16;
const SECRET = "z6h3cuw9grtbun9sgg5u1j35u72hycq0";
const PARAMS = {
  amount: "66.12345678",
  callBackURL: "https://shop.example/cpay/callback",
  createTime: "1668597997000",
  cryptoCurrency: "USDT",
  extInfo: '{"reason":"test"}',
  failURL: "https://shop.example/pay/failed",
  merchantId: "20003092",
  merchantTradeNo: "7b785240e426694635bb09fb101ae241",
  successURL: "https://shop.example/pay/thanks",
  userId: "1001",
};
const APP_ID = "202302010636261620672405236006912";
const APP_SECRET = "0123456789abcdef0123456789abcdef";
const NOW = "1677152490";

function cpaySign(params) {
  const names = Object.keys(params).sort().filter((name) => params[name] !== "");
  const text = names.map((name) => `${name}=${params[name]}`).join("&") + `&key=${SECRET}`;
  return crypto.createHmac("sha256", SECRET).update(text).digest("hex");
}

const ccpaymentSign = (body) => crypto.createHash("sha256").update(APP_ID + APP_SECRET + NOW + body).digest("hex");

const ccpaymentV2Sign = (body) => crypto.createHmac("sha256", APP_SECRET).update(APP_ID + NOW + body).digest("hex");

const isSame = (one, other) => crypto.timingSafeEqual(Buffer.from(one), Buffer.from(other));

// The envelope of ChainUp OPay: RSA in blocks of 245 bytes, and a signature of the plain text.
class Chainup {
  constructor(folder) {
    const read = (name) => Buffer.from(readFileSync(`${folder}/${name}`, "utf8").trim(), "base64url");
    const privateKey = (name) => crypto.createPrivateKey({ key: read(name), format: "der", type: "pkcs8" });
    const publicKey = (name) => crypto.createPublicKey({ key: read(name), format: "der", type: "spki" });
    this.own = privateKey("merchant.pri.b64u");
    this.ownPublic = publicKey("merchant.pub.b64u");
    this.peer = publicKey("platform.pub.b64u");
    this.peerPrivate = privateKey("platform.pri.b64u");
  }

  seal(plain, signer, peer) {
    const blocks = [];
    for (let at = 0; at < plain.length; at += 245) {
      const padding = crypto.constants.RSA_PKCS1_PADDING;
      blocks.push(crypto.publicEncrypt({ key: peer, padding }, plain.subarray(at, at + 245)));
    }
    const sign = crypto.sign("sha256", plain, signer);
    return [Buffer.concat(blocks).toString("base64url"), sign.toString("base64url")];
  }

  open(text, sign) {
    const data = Buffer.from(text, "base64url");
    const blocks = [];
    for (let at = 0; at < data.length; at += 256) {
      const padding = crypto.constants.RSA_PKCS1_PADDING;
      blocks.push(crypto.privateDecrypt({ key: this.own, padding }, data.subarray(at, at + 256)));
    }
    const plain = Buffer.concat(blocks);
    assert(crypto.verify("sha256", plain, this.peer, Buffer.from(sign, "base64url")));
    return plain;
  }
}

// Node refuses RSA decryption with the padding that the gateway uses if its OpenSSL is older than 3.2 (CVE-2023-46809).
function refusesDecryption(chainup) {
  try {
    chainup.open(...chainup.seal(Buffer.from("x"), chainup.peerPrivate, chainup.ownPublic));
    return false;
  } catch (error) {
    if (error.code === "ERR_INVALID_ARG_VALUE") return true;
    throw error;
  }
}

// The fastest of seven rounds of at least 50 ms of processor time.
function measure(name, work) {
  const round = (count) => {
    const before = process.cpuUsage();
    for (let at = 0; at < count; at++) work();
    const used = process.cpuUsage(before);
    return (used.user + used.system) * 1000;
  };
  let count = 1;
  while (round(count) < 50e6) count *= 2;
  const rounds = Array.from({ length: 7 }, () => round(count) / count);
  console.log(name, Math.round(Math.min(...rounds)));
}

function sign(fixtures) {
  let right = cpaySign(PARAMS);
  measure("cpay_sign", () => cpaySign(PARAMS));
  measure("cpay_verify", () => isSame(cpaySign(PARAMS), right));
  const body = "x".repeat(1024);
  right = ccpaymentSign(body);
  measure("ccpayment_sign", () => ccpaymentSign(body));
  measure("ccpayment_verify", () => isSame(ccpaymentSign(body), right));
  for (const size of [100, 1024]) {
    const body = "x".repeat(size);
    const right = ccpaymentV2Sign(body);
    measure(`ccpayment_v2_sign_${size}`, () => ccpaymentV2Sign(body));
    measure(`ccpayment_v2_verify_${size}`, () => isSame(ccpaymentV2Sign(body), right));
  }
  const chainup = new Chainup(fixtures);
  for (const size of [300, 4096]) {
    const plain = Buffer.alloc(size, "x");
    measure(`chainup_seal_${size}`, () => chainup.seal(plain, chainup.own, chainup.peer));
    if (refusesDecryption(chainup)) continue;
    const sealed = chainup.seal(plain, chainup.peerPrivate, chainup.ownPublic);
    assert(chainup.open(...sealed).equals(plain));
    measure(`chainup_open_${size}`, () => chainup.open(...sealed));
  }
}

async function http(url, calls) {
  // Unlike `import`, this looks into the folders of NODE_PATH.
  const { Agent, request } = createRequire(import.meta.url)("undici");
  // As the Rust client: a connection for each order.
  const dispatcher = new Agent({ connections: IN_FLIGHT, pipelining: 0 });
  const headers = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };
  const call = async () => {
    const fields = { ...PARAMS, createTime: String(Date.now()) };
    fields.sign = cpaySign(fields);
    const body = new URLSearchParams(fields).toString();
    const answer = await request(url, { method: "POST", headers, body, dispatcher });
    assert.equal(answer.statusCode, 200);
    const envelope = await answer.body.json();
    assert(envelope.code === 0 && envelope.data.orderId);
  };
  const worker = async (count) => {
    for (let at = 0; at < count; at++) await call();
  };
  await worker(IN_FLIGHT);
  const before = process.cpuUsage();
  await Promise.all(Array.from({ length: IN_FLIGHT }, () => worker(Math.floor(calls / IN_FLIGHT))));
  const used = process.cpuUsage(before);
  console.log(Math.round(((used.user + used.system) * 1000) / calls));
}

const [, , mode, ...rest] = process.argv;
if (mode === "sign") sign(rest[0]);
else await http(rest[0], Number(rest[1]));
