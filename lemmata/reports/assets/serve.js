// The page of `lemmata serve`: asks while you type, and keeps its state in the fragment.
"use strict";
(() => {
  const at = (name) => document.getElementById(name);
  const form = at("form"), text = at("text"), claim = at("claim"), declarations = at("declarations");
  const result = at("result"), state = at("state");
  let timer = 0, asked = 0;

  const pack = async (content) => {
    const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
  };

  const ask = async () => {
    const mine = ++asked;
    const question = { text: text.value, claim: claim.value.trim(), declarations: declarations.value };
    const body = JSON.stringify(question);
    history.replaceState(null, "", "#" + (await pack(body)));
    if (!text.value.trim()) { result.replaceChildren(); state.textContent = ""; return; }
    state.textContent = "checking …";
    try {
      const reply = await fetch("check", { method: "POST", headers: { "Content-Type": "application/json" }, body });
      const found = await reply.json();
      if (mine !== asked) return; // a newer question is on its way
      if (found.error) { state.textContent = found.error; result.replaceChildren(); return; }
      state.textContent = "";
      result.innerHTML = found.html; // escaped by the server, and the policy runs no script in it
      typeset(result);
      result.dataset.outcome = found.outcome;
    } catch {
      if (mine === asked) state.textContent = "lemmata serve has ended";
    }
  };
  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 500); };
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(timer); ask(); });
  for (const field of [text, claim, declarations]) field.addEventListener("input", later);
  const start = async () => {
    if (location.hash.length > 1) {
      try {
        const kept = JSON.parse(await unpack(location.hash.slice(1)));
        text.value = kept.text || ""; claim.value = kept.claim || ""; declarations.value = kept.declarations || "";
      } catch { state.textContent = "the address holds no derivation that can be read"; }
    } else {
      claim.value = "gaussian-kl";
    }
    ask();
  };
  start();
})();
