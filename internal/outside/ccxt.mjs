// Points ccxt, a client that nobody here wrote, at the fake exchanges. Reads
// one JSON object from stdin, {"exchange", "url", "credential", "calls"}, and
// prints one line for each call: "accepted", "refused" or what went wrong.
import ccxt from 'ccxt';
import { readFileSync } from 'node:fs';

const job = JSON.parse(readFileSync(0, 'utf8'));

function replaceHosts(value, url) {
  if (typeof value === 'string') return url;
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, replaceHosts(v, url)]));
  }
  return value;
}

function client() {
  const x = new ccxt[job.exchange]({ ...job.credential, enableRateLimit: false, timeout: 5000, options: job.options || {} });
  x.urls.api = replaceHosts(x.urls.api, job.url);
  if (job.hostname) x.hostname = job.hostname;
  return x;
}

// tamper changes the signature that ccxt made, wherever it stands.
function tamper(x) {
  const sign = x.sign.bind(x);
  const flip = (s) => s.slice(0, -2) + (s.at(-2) === 'a' ? 'b' : 'a') + s.at(-1);
  x.sign = (...args) => {
    const request = sign(...args);
    let done = false;
    for (const name of Object.keys(request.headers || {})) {
      if (/sign$/i.test(name)) { request.headers[name] = flip(request.headers[name].replace(/=*$/, '')) + '='; done = true; }
      if (/^authorization$/i.test(name)) { request.headers[name] = flip(request.headers[name]); done = true; }
    }
    if (!done) request.url = request.url.replace(/signature=([^&]+)/, (_, s) => { done = true; return 'signature=' + flip(s); });
    if (!done) throw new Error('nothing to tamper with');
    return request;
  };
  return x;
}

async function run(x, call) {
  try {
    const answer = await x[call.method](call.params || {});
    const text = JSON.stringify(answer);
    return call.expect && !text.includes(call.expect) ? 'accepted without ' + call.expect + ': ' + text.slice(0, 200) : 'accepted';
  } catch (e) {
    return e instanceof ccxt.AuthenticationError || e instanceof ccxt.InvalidNonce || e instanceof ccxt.PermissionDenied || e instanceof ccxt.ExchangeError
      ? 'refused' : 'failed: ' + e.constructor.name + ' ' + String(e.message).slice(0, 300);
  }
}

for (const call of job.calls) {
  console.log(call.method + ' ' + await run(client(), call));
  console.log(call.method + ' tampered ' + await run(tamper(client()), call));
}
