// j and k walk to the next and the previous place that is not proved; nothing else needs a script.
"use strict";
(() => {
  const open = "[data-status=refuted], [data-status=undecided], [data-status=stale]";
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  let here = null;
  document.addEventListener("keydown", (event) => {
    if ((event.key !== "j" && event.key !== "k") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target)) return;
    const places = [...document.querySelectorAll(open)];
    if (!places.length) return;
    const at = here ? places.indexOf(here) : -1;
    const next = event.key === "j" ? at + 1 : at - 1;
    if (here) here.classList.remove("here");
    here = places[(next + places.length) % places.length];
    here.classList.add("here");
    for (let up = here.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    here.tabIndex = -1;
    here.focus({ preventScroll: true });
    here.scrollIntoView({ block: "center" });
  });
  addEventListener("beforeprint", () => {
    for (const each of document.querySelectorAll("details")) each.open = true;
  });
  const reveal = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    for (let up = target; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    if (target) target.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
