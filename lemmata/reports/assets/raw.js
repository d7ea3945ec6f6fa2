// Typesets LaTeX that was not read, above its source; what cannot be typeset stays source.
"use strict";
globalThis.typeset = (root) => {
  const LONGEST = 5000;
  const options = { displayMode: true, throwOnError: true, trust: false, maxExpand: 500, maxSize: [50, 50] };
  for (const each of root.querySelectorAll(".raw")) {
    const source = each.querySelector("code").textContent;
    const shown = document.createElement("span");
    if (source.length > LONGEST) continue;
    try { temml.render(source, shown, options); } catch { continue; }
    each.prepend(shown);
  }
};
typeset(document);
