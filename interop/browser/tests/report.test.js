// The page of a run that is over, in a file: of a hundred thousand records, soon there and small.
'use strict';

const assert = require('node:assert');
const { mkdtempSync, rmSync, statSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { pathToFileURL } = require('node:url');
const { after, before, test } = require('node:test');
const { audit } = require('../accessibility.js');
const { launch, visit } = require('../browser.js');
const history = require('../history.js');
const { kinetrace } = require('../local.js');
const { VIEWS, chooseRecord, drawn, open } = require('../views.js');

const RECORDS = 100_000;
const MOST_BYTES = 5 << 20;
const MOST_MS = 2000;
let folder;
let report;
let browser;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kinetrace-report-'));
  const lines = join(folder, 'history.ndjson');
  report = join(folder, 'report.html');
  history.write(RECORDS, lines);
  await kinetrace('report', '--history', lines, '--output', report);
  rmSync(lines);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

function seen(options, does) {
  return visit(browser, pathToFileURL(report).href, options, does);
}

test('it is one file that is small enough to be sent', () => {
  const { size } = statSync(report);
  assert.ok(size < MOST_BYTES, `${size} bytes`);
});

test('its lanes are there within two seconds, with all records', async (t) => {
  const times = [];
  // Whatever else the machine does must not pass for slowness of the page.
  while (times.length < 3 && !(Math.min(...times) < MOST_MS)) {
    await seen({}, async (page) => {
      await drawn(page);
      times.push(await page.evaluate(() => Math.round(performance.getEntriesByName('kinetrace-lanes')[0].startTime)));
      await page.getByRole('heading', { name: '100,000 records' }).waitFor();
    });
  }
  t.diagnostic(`${times.join(', ')} ms`);
  assert.ok(Math.min(...times) < MOST_MS, `${times} ms`);
});

test('every view of it works, and is accessible', () =>
  seen({}, async (page) => {
    await drawn(page);
    for (const view of VIEWS) {
      await open(page, view);
      await audit(page, `${view} of a report`);
    }
    await page.getByRole('heading', { name: 'Order kept, nothing lost' }).waitFor();
    await open(page, 'Lanes');
    const panel = await chooseRecord(page);
    await panel.getByRole('link', { name: 'Record' }).click();
    await page.getByRole('heading', { name: /^Record of N\d+ .*done$/ }).waitFor();
  }));
