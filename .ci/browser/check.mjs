// Opens reports without a network and the local page with one, and holds them to what was promised.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [browserPath, address, ...files] = process.argv.slice(2);
const SLOWEST = 2000; // milliseconds from the start of the navigation to a page that is laid out
const axe = readFileSync(new URL("node_modules/axe-core/axe.min.js", import.meta.url), "utf8");
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const problems = [];
const expect = (holds, words) => {
  console.log(`${holds ? "ok  " : "FAIL"} ${words}`);
  if (!holds) problems.push(words);
};

const watch = (page) => {
  const seen = { requests: [], errors: [] };
  page.on("request", (request) => seen.requests.push(request.url()));
  page.on("console", (message) => message.type() === "error" && seen.errors.push(message.text()));
  page.on("pageerror", (error) => seen.errors.push(String(error)));
  return seen;
};
const serious = async (page) => {
  await page.evaluate(() => { // all of it, also what a browser leaves out until it is seen
    for (const each of document.querySelectorAll("details")) each.open = true;
    document.head.append(Object.assign(document.createElement("style"), { textContent: "main > section { content-visibility: visible !important }" }));
  });
  await page.evaluate(axe); // in the page's own world, past its policy
  const found = await page.evaluate(() => globalThis.axe.run());
  return found.violations
    .filter((each) => each.impact === "serious" || each.impact === "critical")
    .map((each) => `${each.id} (${each.nodes.length}): ${each.nodes[0].html.slice(0, 120)}`);
};

for (const file of files) {
  for (const colorScheme of ["light", "dark"]) {
    const context = await browser.newContext({ colorScheme, offline: true, bypassCSP: true });
    const page = await context.newPage();
    const seen = watch(page);
    const started = performance.now();
    await page.goto(pathToFileURL(file).href, { waitUntil: "load" });
    await page.evaluate(() => document.body.offsetHeight);
    const took = Math.round(performance.now() - started);
    const name = `${file.split("/").pop()}, ${colorScheme}`;
    expect(took < SLOWEST, `${name}: laid out in ${took} ms`);
    const outside = seen.requests.filter((url) => !url.startsWith("file:") && !url.startsWith("data:"));
    expect(seen.requests.length - outside.length >= 1 && outside.length === 0, `${name}: asks for nothing outside`);
    expect(seen.errors.length === 0, `${name}: no errors ${seen.errors.join("; ")}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(wide <= 0, `${name}: nothing sticks out (${wide} px)`);
    const found = await serious(page);
    expect(found.length === 0, `${name}: accessible ${found.join(" | ")}`);
    await page.setViewportSize({ width: 390, height: 800 });
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(beyond <= 0, `${name}: nothing sticks out on a phone (${beyond} px)`);
    await context.close();
  }
  const bare = await browser.newContext({ javaScriptEnabled: false, offline: true });
  const page = await bare.newPage();
  await page.goto(pathToFileURL(file).href);
  const text = await page.locator("main").textContent();
  expect(text.length > 1000, `${file.split("/").pop()}: ${text.length} letters to read without a script`);
  await bare.close();
}

// LaTeX that was not read is typeset, and its source stands below it.
const raw = await browser.newPage();
await raw.goto(pathToFileURL(files[2]).href);
const typeset = await raw.locator(".raw").evaluateAll((all) => all.map((each) => [each.querySelectorAll("math").length, each.textContent]));
expect(typeset.length >= 2 && typeset.every(([count, text]) => count === 1 && /not read: /.test(text)), "LaTeX that was not read is typeset");
expect(await raw.locator(".raw mtd, .raw mtr").count() >= 4, "with its rows and columns");

// j leads to the wrong step of a checked document.
const walk = await browser.newPage();
await walk.goto(pathToFileURL(files[1]).href);
await walk.keyboard.press("j");
expect(await walk.evaluate(() => document.activeElement.dataset.status) === "refuted", "j leads to the wrong step");

// The policy of a report runs no script that is not its own.
await walk.evaluate(() => {
  const script = document.createElement("script");
  script.textContent = "globalThis.intruder = true";
  document.body.append(script);
});
expect(await walk.evaluate(() => globalThis.intruder === undefined), "the policy stops a foreign script");

// The local page: type a wrong derivation, see each step judged, read its counterexample.
const page = await browser.newPage();
const seen = watch(page);
await page.goto(address);
await page.waitForSelector("#result[data-outcome]", { timeout: 60000 });
await page.evaluate(() => {
  const stages = globalThis.stages = new Set(), inner = globalThis.typeset;
  globalThis.typeset = (shown) => { // called for whatever is shown
    inner(shown);
    stages.add([...document.querySelectorAll("#result .steps li:not(.start)")].map((each) => each.dataset.status ?? "read").join());
  };
});
await page.fill("#claim", "gaussian-kl");
await page.fill("#text", "KL(q(z) \\| p(z)) = \\int q(z) \\log \\frac{q(z)}{p(z)} dz = \\frac12 \\sum_{j=1}^m (1 + \\log \\sigma_j^2 - \\mu_j^2 - \\sigma_j^2)");
await page.waitForSelector('#result[data-outcome="refuted"]', { timeout: 60000 });
await page.waitForFunction(() => document.querySelector("#state").textContent === "");
const shown = await page.locator("#result").innerText();
expect(/Step 2 is the first that is wrong/.test(shown), "the local page names the wrong step");
expect(/A world in which the two sides differ/.test(shown), "and shows its counterexample");
const stages = await page.evaluate(() => [...globalThis.stages].join(" > "));
expect(/read,read > proved,read > proved,refuted$/.test(stages), `shows each step when it is judged (${stages})`);
const fragment = new URL(page.url()).hash;
expect(fragment.length > 20, "its state is in the fragment");
const again = await browser.newPage();
await again.goto(page.url());
await again.waitForSelector('#result[data-outcome="refuted"]', { timeout: 60000 });
expect((await again.inputValue("#text")).startsWith("KL(q(z)"), "and comes back from it");
expect(seen.errors.length === 0, `no errors ${seen.errors.join("; ")}`);
const elsewhere = seen.requests.filter((url) => !url.startsWith(new URL(address).origin) && !url.startsWith("data:"));
expect(elsewhere.length === 0, "asks nobody else");
await page.evaluate(() => {
  const inner = globalThis.fetch, signals = globalThis.signals = [];
  globalThis.fetch = (where, how) => { signals.push(how.signal); return inner(where, how); };
});
const asked = page.waitForRequest("**/check");
await page.fill("#text", "a = b");
await asked;
await page.fill("#text", "<img src=x onerror=alert(1)> = <script>1</script>");
await page.waitForFunction(() => document.querySelector("#state").textContent === "" && /img/.test(document.querySelector("#result").textContent));
expect(await page.locator("#result img").count() === 0, "text of an answer is no markup");
expect((await page.evaluate(() => globalThis.signals.map((each) => each.aborted).join())) === "true,false", "editing ends the work on the text before");
const found = await (async () => {
  const context = await browser.newContext({ bypassCSP: true });
  const fresh = await context.newPage();
  await fresh.goto(address);
  await fresh.waitForSelector("#result section");
  return serious(fresh);
})();
expect(found.length === 0, `the local page is accessible ${found.join(" | ")}`);

await browser.close();
if (problems.length) process.exit(1);
