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

function refreshTimes(root) {
  const now = Date.now() * 1000;
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
    const links = [...document.querySelectorAll(".row-link, .step .seq, .findings a")].filter((link) => link.offsetParent);
    const at = links.indexOf(document.activeElement);
    const next = links[event.key === "j" ? at + 1 : Math.max(0, at - 1)];
    if (next) { next.focus(); next.scrollIntoView({ block: "nearest" }); }
  });
}

startTheme();
startKeys();
setInterval(() => { if (document.visibilityState === "visible") refreshTimes(document); }, 15000);
