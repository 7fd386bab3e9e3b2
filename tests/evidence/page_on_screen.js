// Runs the whole of verify.html against a few stand-ins for what a browser has: gives each language
// in turn, then a pack and a card, and tells what the page shows.
"use strict";
const fs = require("fs");
const vm = require("vm");
const [, , page, pack, card] = process.argv;
const html = fs.readFileSync(page, "utf8");
const scripts = [...html.matchAll(/<script( id="engine")?>\n([\s\S]*?)<\/script>/g)].map((found) => found[2]);
const element = () => ({ textContent: "", value: "", checked: false, files: [], className: "", items: [],
  listeners: [], addEventListener(_, made) { this.listeners.push(made); },
  replaceChildren(...items) { this.items = items.map((item) => item.textContent); } });
const parts = {};
for (const found of html.matchAll(/ id="([a-z-]+)"/g)) parts[found[1]] = element();
parts.data.textContent = html.split('type="application/json">')[1].split("</script>")[0];
parts.language.value = "fr";
const document = { documentElement: {}, createElement: element, getElementById: (id) => parts[id] };
const context = vm.createContext({ document, TextEncoder, TextDecoder, atob, btoa });
vm.runInContext(scripts.join("\n"), context);
const file = (path) => ({ name: "file", arrayBuffer: async () => new Uint8Array(fs.readFileSync(path)).buffer });
const change = async (id) => { for (const made of parts[id].listeners) await made({ target: parts[id] }); };
const seen = () => ({ dir: document.documentElement.dir, title: parts.title.textContent, first: parts.first.textContent,
  verdict: parts.verdict.textContent, colour: parts.verdict.className, findings: parts.findings.items,
  notes: parts.notes.items, limits: parts.limits.items, entries: parts.entries.textContent });
(async () => {
  const shown = {};
  await change("language");
  shown.empty = seen();
  parts.pack.files = [file(pack)];
  await change("pack");
  shown.without = seen();
  parts.card.value = card;
  for (const language of ["fr", "en", "ar"]) {
    parts.language.value = language;
    await change("language");
    shown[language] = seen();
  }
  parts.card.value = "bavou";
  await change("card");
  shown.wrong = seen();
  parts.unanchored.checked = true;
  await change("unanchored");
  shown.unanchored = seen();
  process.stdout.write(JSON.stringify(shown));
})();
