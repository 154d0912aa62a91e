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
      if (answer.ok && !answer.redirected) replaceQuietly(holder, await answer.text());
    } catch { /* the next turn asks again */ }
    setTimeout(() => { busy = false; if (again) refresh(); }, 1000);
  };
  follow(() => holder.dataset.newest, (message) => { holder.dataset.newest = message.id; refresh(); }, () => {});
  setInterval(refresh, 20000);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") refresh(); });
}

// Replace the parts that changed and keep the focus where it was.
function replaceQuietly(holder, html) {
  const fresh = parse(html, "body");
  const focused = document.activeElement && holder.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  const before = [...holder.children];
  const after = [...fresh.children];
  if (before.length !== after.length) holder.replaceChildren(...after);
  else after.forEach((part, at) => { if (part.outerHTML !== before[at].outerHTML) before[at].replaceWith(part); });
  if (focused && !holder.contains(document.activeElement)) {
    const again = [...holder.querySelectorAll("a")].find((link) => link.getAttribute("href") === focused);
    if (again) again.focus({ preventScroll: true });
  }
}

// A stream while one is to be had, else a question now and then.
function follow(newest, take, say) {
  let source = null;
  let timer = 0;
  const address = (path) => {
    const query = new URLSearchParams(location.search);
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

for (const element of document.querySelectorAll("[data-live]")) {
  if (element.dataset.live === "events") startEvents(element);
  else startOverview(element);
}
