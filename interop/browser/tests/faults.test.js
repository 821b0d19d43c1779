// The pipeline of the template, and what one does to it from its page while it runs.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { launch, visit } = require('../browser.js');
const { Local, pipeline } = require('../local.js');
const { goToMark, killAtWork, open, total } = require('../views.js');

const RECORDS = 150;
let local;
let browser;

before(async () => {
  local = await Local.start(...pipeline(15, RECORDS));
  browser = await launch();
});

after(async () => {
  await browser?.close();
  const code = await local?.stop();
  assert.strictEqual(code, 0, `what was done leaves the order as it was: ${local?.said()}`);
});

test('an environment that is killed while it works fails its batch, which comes again', () =>
  visit(browser, local.addresses.page, {}, async (page) => {
    await open(page, 'Now');
    await total(page, 'processed', 10);
    await killAtWork(page, 'ConsumerFunction');
    await total(page, 'came again', 1);
    await page.getByRole('list', { name: 'The latest failures' }).getByRole('listitem').first().waitFor();
    await open(page, 'Lanes');
    await goToMark(page, 'again');
    const attempts = page.getByRole('complementary').getByRole('region', { name: 'Attempts' }).getByRole('row');
    await attempts.nth(2).waitFor();
  }));

test('a shard that is split is closed, and its children take over', () =>
  visit(browser, local.addresses.page, {}, async (page) => {
    await open(page, 'Now');
    const shards = page.getByRole('region', { name: 'Shards of Stream' });
    await shards.getByRole('button', { name: 'Split: shard 0' }).click();
    const named = (name) => shards.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
    for (const child of ['shard 2', 'shard 3']) {
      await named(child).getByRole('cell', { name: 'shard 0', exact: true }).waitFor();
      await named(child).getByRole('cell', { name: 'open', exact: true }).waitFor();
    }
    await named('shard 0').getByRole('cell', { name: 'closed' }).waitFor();
    await total(page, 'processed', RECORDS);
  }));
