// The audit of axe-core.
'use strict';

const assert = require('node:assert');
const axe = require('axe-core');

/** Fails with each rule that the page breaks, and where. */
async function audit(page, what) {
  // Evaluated, and not added as an element, which the page may forbid.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
  const found = violations.flatMap(({ id, help, nodes }) => nodes.map((it) => `${id}: ${help}: ${it.html.slice(0, 200)} ${it.failureSummary}`));
  assert.deepStrictEqual(found, [], `axe-core on ${what}`);
}

module.exports = { audit };
