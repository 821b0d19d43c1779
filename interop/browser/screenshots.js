// The pictures of the README and the docs: node screenshots.js FOLDER
//
// Of one size, of the same flights, light. What differs from run to run is when things happened.
'use strict';

const { mkdirSync } = require('node:fs');
const { join } = require('node:path');
const { launch, visit } = require('./browser.js');
const { Local, pipeline } = require('./local.js');
const { drawn, goToMark, judged, killAtWork, open, total } = require('./views.js');

const RECORDS = 400;
const VIEWPORT = { width: 1280, height: 720 };

async function main(folder) {
  mkdirSync(folder, { recursive: true });
  // Of a few records, so that batches are seen to be such.
  const local = await Local.start(...pipeline(40, RECORDS), '--batch-size', '10');
  const browser = await launch();
  try {
    await visit(browser, local.addresses.page, { viewport: VIEWPORT }, (page) => pictures(page, folder));
  } finally {
    await browser.close();
    await local.stop();
  }
}

async function pictures(page, folder) {
  const take = async (name) => {
    // Nothing that only a person at the page would see.
    await page.mouse.move(0, 0);
    await page.screenshot({ path: join(folder, `page-${name}.png`), animations: 'disabled' });
  };
  await open(page, 'Now');
  await total(page, 'processed', RECORDS / 4);
  await killAtWork(page, 'ConsumerFunction');
  await total(page, 'came again', 1);
  await total(page, 'processed', RECORDS);
  await take('now');
  await open(page, 'Lanes');
  await drawn(page);
  await goToMark(page, 'again');
  await page.getByRole('complementary').getByRole('region', { name: 'Attempts' }).waitFor();
  await take('lanes');
  await page.getByRole('complementary').getByRole('link', { name: 'Record', exact: true }).click();
  const attempts = page.getByRole('region', { name: 'Attempts' });
  await attempts.waitFor();
  await take('record');
  await attempts.getByRole('link').last().click();
  await page.getByRole('list', { name: 'Spans', exact: true }).waitFor();
  await take('trace');
  await open(page, 'Verdict');
  await judged(page, RECORDS);
  await take('verdict');
}

main(process.argv[2]);
