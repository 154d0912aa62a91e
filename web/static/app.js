// Every page: theme button, relative times, keys. Nothing here is needed for reading.
"use strict";

function relative(us, nowUs) {
  let seconds = Math.floor((nowUs - us) / 1e6);
  const ahead = seconds < 0;
  seconds = Math.abs(seconds);
  if (seconds < 10) return ahead ? "now" : "just now";
  for (const [limit, size, unit] of [[60, 1, "s"], [3600, 60, "min"], [86400, 3600, "h"], [Infinity, 86400, "d"]]) {
    if (seconds < limit) {
      const amount = `${Math.floor(seconds / size)} ${unit}`;
      return ahead ? `in ${amount}` : `${amount} ago`;
    }
  }
  return "";
}

// Time left, in the same steps as `until` in web/render.py.
function until(us, nowUs) {
  const seconds = Math.floor((us - nowUs) / 1e6);
  if (seconds <= 0) return "over";
  const two = (number) => String(number).padStart(2, "0");
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))} min`;
}

function refreshTimes(root) {
  const now = Date.now() * 1000;
  for (const element of root.querySelectorAll("[data-until]")) {
    const text = until(Number(element.dataset.until), now);
    if (element.textContent !== text) element.textContent = text;
  }
  for (const element of root.querySelectorAll(".ago[data-us]")) {
    const text = relative(Number(element.dataset.us), now);
    if (element.textContent !== text) element.textContent = text;
  }
}

function startTheme() {
  const button = document.getElementById("theme");
  button.hidden = false;
  button.addEventListener("click", () => {
    const root = document.documentElement;
    const isDark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = isDark ? "light" : "dark";
    localStorage.setItem("theme", root.dataset.theme);
  });
}

// j and k move between rows and steps, / goes to the search.
function startKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea")) return;
    if (event.key === "/") {
      const search = document.getElementById("search");
      if (search) { event.preventDefault(); search.focus(); }
      return;
    }
    if (event.key !== "j" && event.key !== "k") return;
    const links = [...document.querySelectorAll(".row-link, .step .seq, .findings a")].filter((link) => link.checkVisibility());
    const at = links.indexOf(document.activeElement);
    const next = links[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  });
}

// The page says UTC; a tooltip adds the time of this computer.
function startLocalTimes() {
  document.addEventListener("pointerover", (event) => {
    const time = event.target.closest ? event.target.closest("time[datetime]") : null;
    if (!time || time.dataset.local) return;
    time.dataset.local = "1";
    time.title = `${time.title || time.textContent}\n${new Date(time.dateTime).toLocaleString()} here`;
  });
}

// How many calls wait, beside "Quarantine" on every page.
async function refreshWaiting() {
  const badge = document.getElementById("waiting");
  if (!badge) return;
  try {
    const answer = await fetch("/api/v1/quarantine");
    if (!answer.ok || answer.redirected) return;
    const { calls, problem } = await answer.json();
    const waiting = calls.filter((call) => call.state === "pending").length;
    badge.textContent = problem ? "?" : waiting;
    badge.hidden = !problem && !waiting;
    badge.title = problem ? "What waits is not known: the sensor does not answer" : `${waiting} waiting for your answer`;
  } catch { /* the next turn asks again */ }
}

// Narrow the groups of rules while typing; Enter asks the server for the same.
function startNarrowing() {
  const field = document.querySelector("[data-narrow]");
  if (!field) return;
  field.addEventListener("input", () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const body of document.querySelectorAll("details.group")) {
      const rows = [...body.querySelectorAll("tbody tr")];
      const group = body.querySelector("strong").textContent.toLowerCase();
      for (const row of rows) {
        const text = `${row.textContent.toLowerCase()} ${group}`;
        row.hidden = !words.every((word) => text.includes(word));
        if (!row.hidden && "rule" in row.dataset) shown += 1;
      }
      body.hidden = rows.every((row) => row.hidden);
      body.open = words.length > 0;
    }
    const number = document.getElementById("shown");
    if (number) number.textContent = shown;
  });
}

// The values of one minute, under the pointer or by the arrow keys.
function startChart() {
  let at = -1;
  const area = () => document.querySelector(".chart-area");
  const show = (slot) => {
    const holder = area();
    const tip = holder.querySelector(".tip");
    holder.querySelectorAll(".slot.at").forEach((one) => one.classList.remove("at"));
    tip.hidden = !slot;
    if (!slot) return;
    slot.classList.add("at");
    tip.replaceChildren(Object.assign(document.createElement("strong"), { textContent: slot.dataset.at }));
    for (const verdict of ["block", "quarantine", "flag", "clean"]) {
      if (!slot.dataset[verdict]) continue;
      const line = document.createElement("div");
      line.append(`${verdict} `, Object.assign(document.createElement("b"), { textContent: slot.dataset[verdict] }));
      tip.append(line);
    }
    if (tip.children.length === 1) tip.append(Object.assign(document.createElement("div"), { textContent: "no calls" }));
    const box = slot.getBoundingClientRect();
    const frame = holder.getBoundingClientRect();
    const middle = (box.left + box.right - tip.offsetWidth) / 2 - frame.left;
    tip.style.left = `${Math.max(0, Math.min(frame.width - tip.offsetWidth, middle))}px`;
  };
  document.addEventListener("pointermove", (event) => {
    if (!area()) return;
    const slot = event.target.closest ? event.target.closest(".slot") : null;
    if (slot || event.pointerType === "mouse") { show(slot); if (slot) at = [...area().querySelectorAll(".slot")].indexOf(slot); }
  });
  document.addEventListener("keydown", (event) => {
    if (!event.target.closest || !event.target.closest(".plot")) return;
    if (event.key === "Escape") return show(null);
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    event.preventDefault();
    const slots = [...area().querySelectorAll(".slot")];
    at = at < 0 ? slots.length - 1 : Math.min(slots.length - 1, Math.max(0, at + (event.key === "ArrowLeft" ? -1 : 1)));
    show(slots[at]);
  });
  document.addEventListener("focusout", (event) => { if (event.target.closest && event.target.closest(".plot")) show(null); });
}

function startPrinting() {
  const button = document.getElementById("print");
  if (!button) return;
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// A button beside each command; without it a click selects the whole command.
function startCopying() {
  if (!navigator.clipboard) return;
  for (const code of document.querySelectorAll("[data-copy]")) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
    button.setAttribute("aria-label", `Copy ${code.textContent}`);
    button.addEventListener("click", async () => {
      try { await navigator.clipboard.writeText(code.textContent); button.textContent = "Copied"; } catch { button.textContent = "Not allowed"; }
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    });
    code.after(button);
  }
}

startTheme();
startKeys();
startLocalTimes();
startNarrowing();
startChart();
startPrinting();
startCopying();
refreshWaiting();
setInterval(() => { if (document.visibilityState === "visible") refreshTimes(document); }, document.querySelector("[data-until]") ? 1000 : 15000);
document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { refreshTimes(document); refreshWaiting(); } });
