// The button of the login page, pressed by itself. A prefetched or previewed page runs no script and uses nothing up.
"use strict";
if (document.visibilityState === "visible") document.getElementById("enter").submit();
else document.addEventListener("visibilitychange", () => document.getElementById("enter").submit(), { once: true });
