// Runs the engine of verify.html without a browser: reads jobs on standard input, one JSON a line
// ({pack, card, earlier, contents} in base64, or {key, message, signature} in hex), answers each.
"use strict";
const fs = require("fs");
const vm = require("vm");
const html = fs.readFileSync(process.argv[2], "utf8");
const inside = (id) => html.split(new RegExp(`<script id="${id}"[^>]*>`))[1].split("</script>")[0];
const context = { document: { getElementById: () => ({ textContent: inside("data") }) },
                  TextEncoder, TextDecoder, atob, btoa };
vm.createContext(context);
const engine = vm.runInContext(
  inside("engine") + "\n;({ checkPack, readCard, ed25519Verifies, Refused, sha256, sha512 });", context);
const bytes = (text, coding) => Uint8Array.from(Buffer.from(text, coding));
const named = (found) => new Map(Object.entries(found || {}).map(([n, d]) => [n, bytes(d, "base64")]));
for (const line of fs.readFileSync(0, "utf8").split("\n").filter(Boolean)) {
  const job = JSON.parse(line);
  let answer;
  try {
    if (job.key !== undefined) {
      answer = engine.ed25519Verifies(...["key", "message", "signature"].map((n) => bytes(job[n], "hex")));
    } else {
      const anchor = job.card === null ? null : engine.readCard(job.card);
      const report = engine.checkPack(bytes(job.pack, "base64"), anchor, named(job.earlier), named(job.contents));
      answer = { findings: report.findings, notes: report.notes, size: report.size,
                 entries: report.entries.length };
    }
  } catch (err) {
    answer = err instanceof engine.Refused ? { findings: [[err.where, ...err.said]] } : { error: String(err) };
  }
  if (answer.findings) {  // the Arabic apart: the Python program has none
    answer.arabic = [...answer.findings.map((one) => one[3]), ...(answer.notes || []).map((one) => one[2])];
    answer.findings = answer.findings.map((one) => one.slice(0, 3));
    answer.notes = (answer.notes || []).map((one) => one.slice(0, 2));
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
