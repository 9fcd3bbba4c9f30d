// Lets ccxt, a client that nobody here wrote, call the fake exchanges.
//
// Every line of stdin is a question, {exchange, url, credential, method or
// path and api, params, tamper}; every line of stdout is its answer, {text}
// or {error, text} with the class of the error that ccxt raised.
//
// ccxt stays as it is: it builds and signs its requests for the exchange's own
// host. Only its way out (fetchImplementation, a setting of ccxt) is ours, and
// leads to the fake at url and nowhere else.
import ccxt from 'ccxt';
import { createInterface } from 'node:readline';

// Where a request carries its signature and its time. The first character of
// a signature counts in every encoding; the last may be padding.
const query = (r) => [r, r.body && r.body.includes('signature=') ? 'body' : 'url'];
const sent = (r) => [r, r.body ? 'body' : 'url'];
const header = (name) => (r) => [r.headers, name];
const places = {
  binance: { signature: [query, /(?<=&signature=)(%..|.)/], time: [query, /(?<=(^|[?&])timestamp=)\d+/], account: [sent, /(?<=email=.)r/] },
  kucoin: { signature: [header('KC-API-SIGN'), /^./], time: [header('KC-API-TIMESTAMP'), /^.+$/], account: [sent, /(?<=gridbot)1/] },
  okx: { signature: [header('OK-ACCESS-SIGN'), /^./], time: [header('OK-ACCESS-TIMESTAMP'), /^.+$/], account: [sent, /(?<=botdes)k/] },
  bybit: { signature: [header('X-BAPI-SIGN'), /^./], time: [header('X-BAPI-TIMESTAMP'), /^.+$/], account: [sent, /(?<="(subuid|apikey)":"?)./] },
  kraken: { signature: [header('API-Sign'), /^./], time: [sent, /(?<=nonce=)\d+/] },
  bitget: { signature: [header('ACCESS-SIGN'), /^./], time: [header('ACCESS-TIMESTAMP'), /^.+$/], account: [sent, /(?<="(subUid|apiKey)":").(?=.*)/] },
  gate: { signature: [header('SIGN'), /^./], time: [header('Timestamp'), /^.+$/], account: [(r) => [r, 'url'], /(?<=sub_accounts\/)./] },
  htx: { signature: [(r) => [r, 'url'], /(?<=&Signature=)(%..|.)/], time: [(r) => [r, 'url'], /(?<=Timestamp=)[^&]+/], account: [sent, /(?<="subUid":").(?=.*)/] },
  coinbase: { signature: [header('Authorization'), /(?<=\.)[^.](?=[^.]*$)/], time: [header('Authorization'), /(?<=\.).+(?=\.)/] },
  coinbaseexchange: { signature: [header('CB-ACCESS-SIGN'), /^./], time: [header('CB-ACCESS-TIMESTAMP'), /^.+$/] },
};

// Both keep the form: another character of the same alphabet, and a time that
// is good but not the one that was signed.
const changes = {
  account: (c) => (c === '1' ? '2' : 'x'),
  signature: (c) => (c === '0' ? '1' : '0'),
  time(text) {
    if (/^\d+$/.test(text)) return String(Number(text) + 1);
    if (/%3A/.test(text)) return encodeURIComponent(new Date(Date.parse(decodeURIComponent(text) + 'Z') + 1000).toISOString().slice(0, 19));
    if (/^\d{4}-/.test(text)) return new Date(Date.parse(text) + 1).toISOString();
    const claims = JSON.parse(Buffer.from(text, 'base64url'));
    return Buffer.from(JSON.stringify({ ...claims, exp: claims.exp - 1 })).toString('base64url');
  },
};

function tamper(request, exchange, what) {
  const [place, pattern] = places[exchange][what];
  const [holder, name] = place(request);
  const before = holder[name];
  holder[name] = before.replace(pattern, changes[what]);
  if (holder[name] === before) throw new Error(`found no ${what} to tamper with`);
}

async function ask(q) {
  const x = new ccxt[q.exchange]({ ...q.credential, enableRateLimit: false, timeout: 10000 });
  x.fetchImplementation = (url, { method, headers, body, signal }) => {
    const request = { url, headers: { ...headers }, body };
    if (q.tamper) tamper(request, q.exchange, q.tamper);
    const target = request.url.slice(request.url.indexOf('/', 'https://'.length));
    return fetch(q.url + target, { method, headers: request.headers, body: request.body, signal, redirect: 'error' });
  };
  const params = { ...q.params, ...q.nested };
  try {
    const answer = q.method ? await x[q.method](params) : await x.request(q.path, q.api, q.http ?? 'GET', params);
    return { text: JSON.stringify(answer) };
  } catch (e) {
    return { error: e.constructor.name, text: String(e.message) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(await ask(JSON.parse(line))));
}
