/* What a phone keeps for work without a signal: one account's small lists, and records that wait to be sent.
   Lists and the key are wiped when the account signs out or another one comes; an unsent record then stays sealed, for its author
   alone. Nothing is thrown away before the server has said under its uid that it has it. */
(function (d, w) {
  "use strict";
  const body = d.body.dataset, FLAG = "sanzhi-kept", NAME = "sanzhi", HOUR = 36e5, DAY = 24 * HOUR;
  const FRESH = 12 * HOUR, SHOWN = 7 * DAY, TOKEN = "/screen/token", WORKER = "/screen/worker.js", QUEUE = "/screen/queue";
  const listeners = [], describe = w.SanzhiForms = w.SanzhiForms || {};
  let opening = null, sending = null, local = null;
  try { local = w.localStorage; } catch (e) { /* forbidden by the browser: a wipe then waits for the next page */ }
  const able = Boolean(w.isSecureContext && w.indexedDB && w.crypto && w.crypto.subtle);

  // The phone's database ----------------------------------------------------------------------------------------------
  function script(src) {
    return new Promise((done, failed) => {
      const tag = d.createElement("script");
      tag.src = src; tag.onload = done; tag.onerror = () => failed(new Error(src));
      d.head.append(tag);
    });
  }
  async function database() {
    if (!opening) opening = (async () => {
      if (!w.Dexie) await script(body.dexie);
      // Strict: what was said to be kept has reached the disk, and survives an empty battery.
      const made = new w.Dexie(NAME, { chromeTransactionDurability: "strict" });
      made.version(1).stores({ meta: "name", items: "uid,account" });
      return made;
    })();
    const made = await opening;
    if (!made.isOpen()) await made.open();
    return made;
  }
  async function whose() { return (await database()).meta.get("me"); }

  // Sealing -----------------------------------------------------------------------------------------------------------
  async function seal(key, value) {
    const iv = w.crypto.getRandomValues(new Uint8Array(12)), text = new TextEncoder().encode(JSON.stringify(value));
    return { iv, data: await w.crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, text) };
  }
  async function unseal(key, sealed) {
    const text = await w.crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.iv }, key, sealed.data);
    return JSON.parse(new TextDecoder().decode(text));
  }
  function uuid() {
    if (w.crypto.randomUUID) return w.crypto.randomUUID();
    const b = w.crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64; b[8] = (b[8] & 63) | 128;
    const h = Array.from(b, x => x.toString(16).padStart(2, "0")).join("");
    return [h.slice(0, 8), h.slice(8, 12), h.slice(12, 16), h.slice(16, 20), h.slice(20)].join("-");
  }

  // Lists that the pages without network need ---------------------------------------------------------------------------
  function ask(url, options, seconds) {
    const stop = new AbortController(), late = setTimeout(() => stop.abort(), (seconds || 20) * 1000);
    const all = Object.assign({ credentials: "same-origin", redirect: "manual", cache: "no-store", signal: stop.signal }, options);
    return fetch(url, all).finally(() => clearTimeout(late));
  }
  async function json(answer) {
    const kind = answer.headers.get("Content-Type") || "";
    return kind.indexOf("application/json") === 0 ? answer.json().catch(() => null) : null;
  }
  async function keep(url, anew) {
    const held = await (await database()).meta.get("list " + url), me = await whose();
    if (!anew && held && me && (!body.account || me.account === body.account) && Date.now() - held.at < FRESH) return;
    const answer = await ask(url, {});
    const told = answer.ok && await json(answer);
    if (!told || !told.account) return;
    await onlyOf(told.account);
    const raw = Uint8Array.from(atob(told.key), c => c.charCodeAt(0));
    const key = await w.crypto.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
    const store = (await database()).meta, ahead = Math.round((Date.parse(told.today) - Date.parse(day(0))) / DAY);
    delete told.key;
    await store.bulkPut([{ name: "me", account: told.account, key, ahead }, { name: "list " + url, told, at: Date.now() }]);
    if (local) local.setItem(FLAG, told.account);
  }
  /* The list of an address as it was fetched last; null where there is none or it is past its day. */
  async function list(url) {
    const held = await (await database()).meta.get("list " + url);
    if (!held || !(await whose())) return null;
    if (held.told.until >= day(0, (await whose()).ahead)) return held.told;
    await (await database()).meta.delete("list " + url);
    return null;
  }
  /* Day of the phone as 2022-05-25, so many days on (a demonstration stands on another day: `ahead`). */
  function day(more, ahead) {
    const at = new Date(Date.now() + ((more || 0) + (ahead || 0)) * DAY), two = n => String(n).padStart(2, "0");
    return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate());
  }

  // Wiping --------------------------------------------------------------------------------------------------------------
  async function onlyOf(account) {
    const me = await whose();
    if (me && me.account !== account) await wipe();
  }
  async function wipe() {
    const made = await database();
    await made.meta.clear();
    await made.items.filter(i => i.state === "received").delete();
    if (!(await made.items.count())) { await made.delete(); opening = null; }
    if (local) local.removeItem(FLAG);
    if (w.caches) for (const name of await caches.keys()) if (name.indexOf("sanzhi-") === 0) await caches.delete(name);
    const workers = navigator.serviceWorker ? await navigator.serviceWorker.getRegistrations() : [];
    for (const one of workers) await one.unregister();
  }

  // The queue -----------------------------------------------------------------------------------------------------------
  async function tell() { for (const one of listeners) await one(); }
  async function put(said, state) {
    const me = await whose();
    if (!me) throw new Error("nobody");
    const old = await (await database()).items.get(said.uid);
    const row = { uid: said.uid, account: me.account, kept_at: (old && old.kept_at) || Date.now(), state };
    row.sealed = await seal(me.key, said);
    await (await database()).items.put(row);
  }
  /* Keep a record to be sent. said: uid, title {what, where, day, doors}, to (where it is sent), open (where it is mended), fields. */
  async function add(said, instead) {
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => false);
    await put(said, "waiting");
    if (instead && instead !== said.uid) await (await database()).items.delete(instead);
    await tell();
  }
  /* The records of the account whose phone this is, newest first. */
  async function items() {
    const me = able ? await whose() : null, found = [];
    if (!me) return found;
    for (const row of await (await database()).items.where("account").equals(me.account).toArray()) {
      if (row.state === "received" && Date.now() - row.received_at > SHOWN) { await (await database()).items.delete(row.uid); continue; }
      const said = await unseal(me.key, row.sealed).catch(() => ({ uid: row.uid, title: {}, fields: [] }));
      found.push(Object.assign(said, { state: row.state, kept_at: row.kept_at }));
    }
    return found.sort((a, b) => b.kept_at - a.kept_at);
  }
  async function received(said, told) {
    const me = await whose(), short = { uid: said.uid, title: said.title, sentence: told.sentence, url: told.url };
    await (await database()).items.update(said.uid, { state: "received", received_at: Date.now(), sealed: await seal(me.key, short) });
  }
  async function mark(said, state, told) {
    const more = told ? { code: told.code, sentence: told.sentence } : { code: "", sentence: "" };
    await put(Object.assign({}, said, more), state);
  }
  /* Whose session the server sees: {token, account, day}; "login" for nobody's, null without network. */
  async function session() {
    try {
      const answer = await ask(TOKEN, {}, 6);
      if (answer.type === "opaqueredirect" || answer.status === 401) return "login";
      const told = answer.ok && await json(answer);
      return told && told.token ? told : null;
    } catch (e) { return null; }
  }
  async function post(said, token) {
    const headers = { "X-CSRFToken": token, Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    const answer = await ask(said.to, { method: "POST", headers, body: new URLSearchParams(said.fields).toString() });
    if (answer.type === "opaqueredirect" || answer.status === 401) return { end: "login" };
    const told = await json(answer);
    // An answer that does not name the uid is not ours (a hotel's page, a proxy): the record goes on waiting.
    if (answer.ok) return told && told.uid === said.uid ? { end: "received", told } : { end: "wait" };
    if (answer.status === 429 || answer.status >= 500) return { end: "wait" };
    if (told && told.code) return { end: "refused", told };
    return answer.status === 403 ? { end: "login" } : { end: "refused", told: { code: "http." + answer.status, sentence: "" } };
  }
  async function sendAll() {
    const open = (await items()).filter(i => i.state === "waiting" || i.state === "login").reverse();
    if (!open.length) return "nothing";
    const seen = await session();
    if (!seen) return "no network";
    if (seen === "login") { for (const said of open) await mark(said, "login"); await tell(); return "login"; }
    const me = await whose();
    if (!me || seen.account !== me.account) { await wipe(); await tell(); return "another"; }
    for (const said of open) {
      const got = await post(said, seen.token).catch(() => ({ end: "wait" }));
      if (got.end === "received") await received(said, got.told);
      else if (got.end === "refused") await mark(said, "refused", got.told);
      else if (got.end === "login") await mark(said, "login");
      await tell();
      if (got.end === "wait" || got.end === "login") return got.end;
    }
    return "sent";
  }
  /* Send what waits, one window at a time; twice is harmless. */
  function send() {
    if (!able) return Promise.resolve("nothing");
    if (!sending) {
      const once = () => sendAll();
      sending = (navigator.locks ? navigator.locks.request("sanzhi-send", once) : once()).finally(() => { sending = null; });
    }
    return sending;
  }

  // Forms and leaving -----------------------------------------------------------------------------------------------------
  function fields(form) {
    return Array.from(new FormData(form)).filter(p => typeof p[1] === "string" && p[0] !== "csrfmiddlewaretoken");
  }
  /* Keep what stands in a form; `data-queue` names it, `data-to` where it is sent, `data-open` where it is mended. */
  async function enqueue(form, instead) {
    const said = { uid: form.elements.uid.value, title: describe[form.dataset.queue](form), fields: fields(form) };
    await add(Object.assign(said, { to: form.dataset.to, open: form.dataset.open }), instead);
  }
  async function submitted(event) {
    const form = event.target;
    if (!form.matches("form[data-queue]:not([data-first])") || !describe[form.dataset.queue]) return;
    if (event.submitter && event.submitter.name) return;  // a button that asks for something else
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "1";
    const seen = await session(), ready = seen && seen !== "login" ? null : await whose().catch(() => null);
    if (!ready) { form.submit(); return; }
    await enqueue(form);
    w.location.assign(QUEUE);
  }
  async function leaving(event) {
    const form = event.target;
    if (!form.matches("form[data-sign-out]")) return;
    event.preventDefault();
    const soon = new Promise(done => setTimeout(done, 8000));
    await Promise.race([send().catch(() => 0), soon]);
    const open = (await items().catch(() => [])).filter(i => i.state !== "received");
    const lines = open.map(i => [i.title.where, i.title.day, i.title.doors].filter(Boolean).join(" · "));
    if (open.length && !w.confirm([body.leaving].concat(lines).join("\n"))) return;
    await Promise.race([wipe().catch(() => 0), soon]);
    form.submit();
  }

  async function start() {
    if (!able) return;
    const keeps = (body.keeps || "").split(" ").filter(Boolean), asked = body.shell !== undefined;
    // On an office's desk nothing is kept unless its owner opens such a page there.
    const wanted = keeps.length && (asked || w.matchMedia("(pointer: coarse)").matches || (local && local.getItem(FLAG)));
    if (body.account) await onlyOf(body.account);
    if (wanted) {
      if (body.worker !== "off" && navigator.serviceWorker) navigator.serviceWorker.register(WORKER, { scope: "/", updateViaCache: "none" }).catch(() => 0);
      for (const url of keeps) await keep(url).catch(() => 0);
    }
    await tell();
    send();
  }
  d.addEventListener("submit", event => {
    if (able && event.target.matches) { submitted(event); leaving(event); }
  });
  w.addEventListener("online", () => send());
  d.addEventListener("visibilitychange", () => { if (!d.hidden) send(); });
  w.Sanzhi = { able, add, items, list, keep, send, enqueue, uuid, day, whose, wipe, changed: f => listeners.push(f),
    drop: async uid => { await (await database()).items.delete(uid); await tell(); }, queue: QUEUE };
  w.Sanzhi.ready = start().catch(() => 0);
})(document, window);
