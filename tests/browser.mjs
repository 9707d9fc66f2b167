// Opens pages in headless Chromium and says what axe-core and the keyboard find there.
// node browser.mjs MODULES CHROMIUM < [{"url", "width", "keys", "clicks", "media", "pdf", "png", "axe": false, "widths": []}, …]; prints a JSON array.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [modules, executablePath] = process.argv.slice(2);
const require = createRequire(join(modules, "x.js"));
const puppeteer = require("puppeteer-core");
const axe = readFileSync(join(modules, "axe-core", "axe.min.js"), "utf8");
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "EN-301-549", "best-practice"];
const asked = JSON.parse(readFileSync(0, "utf8"));

const look = async (page, { url, width, pdf, png, media, keys = 0, clicks = [], widths = [], axe: closely = true }) => {
  const requests = [], problems = [];
  page.on("request", (r) => requests.push(r.url()));
  page.on("console", (m) => problems.push(m.text()));
  page.on("pageerror", (e) => problems.push(String(e)));
  await page.setViewport({ width, height: 900 });
  await page.goto(url, { waitUntil: "load", timeout: 120000 });
  if (png) await page.screenshot({ path: png, fullPage: true });
  if (pdf) await page.pdf({ path: pdf, preferCSSPageSize: true, printBackground: true, timeout: 120000 });
  const said = [...problems];
  if (media) await page.emulateMediaType(media);
  await page.evaluate(() => document.querySelectorAll("details").forEach((d) => (d.open = true)));
  if (closely) await page.evaluate(axe);
  const found = !closely ? { violations: [] } : await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), tags);
  const overflow = await page.evaluate((wide) => {
    const over = (e) => e.scrollWidth - e.clientWidth;
    return Math.max(over(document.documentElement), ...(wide ? [...document.querySelectorAll(".wide")].map(over) : []));
  }, media === "print");
  const overflows = [];
  for (const w of widths) {
    await page.setViewport({ width: w, height: 900 });
    overflows.push(await page.evaluate(() => {
      const over = (e) => e.scrollWidth - e.clientWidth;
      return Math.max(over(document.documentElement), ...[...document.querySelectorAll("thead th")].filter((e) => e.offsetWidth > 1).map(over));
    }));
  }
  const focus = [];
  for (let i = 0; i < keys; i++) {
    await page.keyboard.press("Tab");
    focus.push(await page.evaluate(() => {
      const e = document.activeElement, s = getComputedStyle(e), b = e.getBoundingClientRect();
      return { tag: e.tagName, name: (e.getAttribute("aria-label") || e.textContent).trim().slice(0, 80), href: e.getAttribute("href"),
        outline: s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0, seen: b.bottom > 0 && b.top < innerHeight && b.right > 0 && b.left < innerWidth };
    }));
  }
  const went = [];
  for (const selector of clicks) {
    await Promise.all([page.waitForNavigation({ timeout: 120000 }), page.click(selector)]);
    went.push(await page.evaluate(() => [location.pathname, document.querySelector("h1")?.innerText ?? ""]));
  }
  return {
    went, url, width, requests, axe: closely, overflows, problems: said, overflow, focus,
    violations: found.violations.map((v) => ({ id: v.id, help: v.help, nodes: v.nodes.slice(0, 5).map((n) => n.html.slice(0, 200)) })),
  };
};

const browser = await puppeteer.launch({ executablePath, headless: true, args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const results = [];
try {
  for (const one of asked) {
    const page = await browser.newPage();
    results.push(await look(page, one));
    await page.close();
  }
} finally {
  await browser.close();
}
console.log(JSON.stringify(results));
