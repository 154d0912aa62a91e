// Live rows and the live overview. The server renders, this file only puts the result in place.
// Rows are inserted only while nobody is reading further down; otherwise a button says how many wait.
"use strict";

const MOST_ROWS = 200;
const ASK_SECONDS = 5;

function parse(html, container) {
  const holder = document.createElement("template");
  holder.innerHTML = container === "tbody" ? `<table><tbody>${html}</tbody></table>` : html;
  return holder.content.querySelector(container) || holder.content;
}

function startEvents(body) {
  let newest = body.dataset.newest;
  let waiting = [];
  const button = document.getElementById("new-rows");
  const state = document.getElementById("live-state");

  const say = (word, text) => {
    state.dataset.state = word;
    state.querySelector(".live-word").textContent = text;
  };
  const isReading = () => window.scrollY > 120 || body.contains(document.activeElement) || body.matches(":hover")
    || String(getSelection()).length > 0;
  const show = () => {
    const known = new Set([...body.rows].map((row) => row.dataset.id));
    const fresh = waiting.filter((row) => !known.has(row.dataset.id));
    for (const row of fresh) row.classList.add("fresh");
    body.prepend(...fresh);
    while (body.rows.length > MOST_ROWS) body.lastElementChild.remove();
    waiting = [];
    button.hidden = true;
  };
  const take = (html) => {
    const rows = [...parse(html, "tbody").children];
    if (!rows.length) return;
    if (rows.some((row) => "hold" in row.dataset)) refreshWaiting();
    waiting = [...rows, ...waiting].slice(0, MOST_ROWS);
    if (!isReading()) return show();
    button.textContent = `Show ${waiting.length} new`;
    button.hidden = false;
  };
  button.addEventListener("click", () => { show(); window.scrollTo({ top: 0 }); });
  follow(() => newest, (message) => { newest = message.id; take(message.html); }, say);
}

function startOverview(holder) {
  let busy = false;
  let again = false;
  const refresh = async () => {
    if (busy || document.visibilityState !== "visible") { again = true; return; }
    busy = true;
    again = false;
    try {
      const answer = await fetch("/fragment/overview", { headers: { "X-Live": "1" } });
      if (answer.ok && !answer.redirected) morphChildren(holder, parse(await answer.text(), "body"));
    } catch { /* the next turn asks again */ }
    setTimeout(() => { busy = false; if (again) refresh(); }, 1000);
  };
  follow(() => holder.dataset.newest, (message) => { holder.dataset.newest = message.id; refresh(); refreshWaiting(); }, () => {});
  setInterval(refresh, 20000);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
}

// A held call that appears is announced, never put in: buttons that move under a finger approve the wrong call.
function startQuarantine(holder) {
  const shown = holder.dataset.ids.split(" ").filter(Boolean);
  const button = document.getElementById("new-held");
  const look = async () => {
    try {
      const answer = await fetch("/api/v1/quarantine");
      if (!answer.ok || answer.redirected) return;
      const pending = (await answer.json()).calls.filter((call) => call.state === "pending").map((call) => call.id);
      const fresh = pending.filter((id) => !shown.includes(id)).length;
      button.textContent = `Show ${fresh} new`;
      button.hidden = !fresh;
      for (const id of shown.filter((one) => !pending.includes(one))) {
        const actions = document.querySelector(`#held-${CSS.escape(id)} .actions`);
        if (actions) actions.replaceChildren("Answered elsewhere or expired.");
      }
    } catch { /* the next entry asks again */ }
    refreshWaiting();
  };
  follow(() => holder.dataset.newest, (message) => { holder.dataset.newest = message.id; look(); }, () => {});
}

// New steps are put at the end, where they move nothing that is being read.
function startSession(list) {
  const state = document.getElementById("live-state");
  const say = (word, text) => { state.dataset.state = word; state.querySelector(".live-word").textContent = text; };
  let busy = false;
  const look = async () => {
    if (busy) return;
    busy = true;
    try {
      const answer = await fetch(location.pathname + location.search);
      if (answer.ok && !answer.redirected) {
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        for (const part of [".timeline", ".strip"]) {
          const [old, fresh] = [document.querySelector(part), page.querySelector(part)];
          if (old && fresh) morphChildren(old, fresh);
        }
      }
    } catch { /* the next entry asks again */ }
    setTimeout(() => { busy = false; }, 500);
  };
  follow(() => list.dataset.newest, (message) => { list.dataset.newest = message.id; look(); setTimeout(look, 1000); }, say, list.dataset.query);
}

// While a full check of the log runs, ask for the page now and then until it is done.
function startCheck() {
  setTimeout(() => location.reload(), 1500);
}

// Bring `old` into the form of `fresh` in place: what did not change keeps its node, focus, hover and selection.
function morph(old, fresh) {
  if (old.nodeType !== fresh.nodeType || old.nodeName !== fresh.nodeName) return old.replaceWith(fresh);
  if (old.nodeType !== Node.ELEMENT_NODE) {
    if (old.data !== fresh.data) old.data = fresh.data;
    return undefined;
  }
  if (old.classList.contains("tip")) return undefined;
  for (const { name } of [...old.attributes]) if (!fresh.hasAttribute(name)) old.removeAttribute(name);
  for (const { name, value } of fresh.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  morphChildren(old, fresh);
  return undefined;
}

function morphChildren(old, fresh) {
  const after = [...fresh.childNodes];
  const before = [...old.childNodes];
  after.forEach((node, at) => { if (before[at]) morph(before[at], node); else old.append(node); });
  before.slice(after.length).forEach((node) => node.remove());
}

// A stream while one is to be had, else a question now and then.
function follow(newest, take, say, fixed = "") {
  let source = null;
  let timer = 0;
  const address = (path) => {
    const query = new URLSearchParams(fixed || location.search);
    query.set("after", Math.max(0, newest()));
    return `${path}?${query}`;
  };
  const open = () => {
    source = new EventSource(address("/live"));
    source.addEventListener("open", () => say("on", "live"));
    source.addEventListener("rows", (event) => take(JSON.parse(event.data)));
    source.addEventListener("error", () => {
      source.close();
      source = null;
      say("slow", "every few seconds");
      timer = setTimeout(ask, ASK_SECONDS * 1000);
    });
  };
  const ask = async () => {
    timer = 0;
    try {
      const answer = await fetch(address("/fragment/events"));
      if (answer.ok && !answer.redirected) {
        const html = await answer.text();
        const first = parse(html, "tbody").querySelector("tr");
        if (first) take({ id: first.dataset.id, html });
      }
    } catch { /* the sensor's page may be restarting */ }
    if (document.visibilityState === "visible") open();
  };
  // A hidden tab gives its place to others.
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && source) { source.close(); source = null; say("off", "paused"); }
    if (document.visibilityState === "visible" && !source && !timer) open();
  });
  if (document.visibilityState === "visible") open();
  addEventListener("pagehide", () => { if (source) source.close(); });
}

const STARTS = { events: startEvents, overview: startOverview, quarantine: startQuarantine, session: startSession, check: startCheck };
for (const element of document.querySelectorAll("[data-live]")) STARTS[element.dataset.live](element);
