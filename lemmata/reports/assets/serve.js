// The page of `lemmata serve`: asks while you type, shows each step when it is judged, and keeps its
// state in the fragment. A newer question ends the work on the one before.
"use strict";
(() => {
  const at = (name) => document.getElementById(name);
  const form = at("form"), text = at("text"), claim = at("claim"), declarations = at("declarations");
  const result = at("result"), state = at("state");
  let timer = 0, work = new AbortController();

  const pack = async (content) => {
    const stream = new Blob([content]).stream().pipeThrough(new CompressionStream("deflate-raw"));
    const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
    return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const unpack = async (packed) => {
    const bytes = Uint8Array.from(atob(packed.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).text();
  };

  const show = (found) => { // its markup is escaped by the server, and the policy runs no script in it
    if (found.step && found.line) {
      document.getElementById(found.line).outerHTML = found.html;
      typeset(document.getElementById(found.line));
    } else if (found.step) {
      document.getElementById("lines").insertAdjacentHTML("beforeend", found.html);
    } else if (found.html) {
      result.innerHTML = found.html;
      typeset(result);
    }
    if (found.step) state.textContent = `checking … step ${found.step} is judged`;
    if (found.error) state.textContent = found.error;
    if (found.outcome) { state.textContent = ""; result.dataset.outcome = found.outcome; }
  };
  const ask = async () => {
    stop();
    const mine = work = new AbortController();
    const question = { text: text.value, claim: claim.value.trim(), declarations: declarations.value };
    const body = JSON.stringify(question);
    history.replaceState(null, "", "#" + (await pack(body)));
    if (mine.signal.aborted) return;
    if (!text.value.trim()) { result.replaceChildren(); state.textContent = ""; return; }
    state.textContent = "checking …";
    result.ariaBusy = "true";
    let old = true; // what is shown belongs to an older question
    try {
      const headers = { "Content-Type": "application/json" };
      const reply = await fetch("check", { method: "POST", headers, body, signal: mine.signal });
      let rest = "";
      for (const pieces = reply.body.pipeThrough(new TextDecoderStream()).getReader(); ;) {
        const { value, done } = await pieces.read();
        const lines = (rest + (value ?? "\n")).split("\n");
        rest = lines.pop();
        for (const line of lines) {
          if (!line || mine.signal.aborted) continue;
          if (old) result.replaceChildren();
          old = false;
          show(JSON.parse(line));
        }
        if (done) break;
      }
    } catch {
      if (!mine.signal.aborted) state.textContent = "lemmata serve has ended";
    }
    if (!mine.signal.aborted) result.ariaBusy = "false";
  };
  const stop = () => { work.abort(); delete result.dataset.outcome; };
  const later = () => { stop(); clearTimeout(timer); timer = setTimeout(ask, 500); };
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
