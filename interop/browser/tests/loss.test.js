// A function that reports failures to a mapping which does not look at them: the records are lost, and the page names them.
'use strict';

const assert = require('node:assert');
const { join } = require('node:path');
const { after, before, test } = require('node:test');
const { launch, visit } = require('../browser.js');
const { client, put, record } = require('../client.js');
const { Local } = require('../local.js');
const { open, total } = require('../views.js');

const FUNCTION = join(__dirname, '..', 'functions', 'reports.js');
let local;
let browser;

before(async () => {
  local = await Local.start('--command', `consumer=${process.execPath} ${FUNCTION}`, '--stream', 'flights');
  browser = await launch();
});

after(async () => {
  await browser?.close();
  assert.strictEqual(await local?.stop(), 1, `a loss is a violation: ${local?.said()}`);
});

test('a record that is lost is named by the verdict, which leads to it', () =>
  visit(browser, local.addresses.page, {}, async (page) => {
    const records = [record('N1', 'good'), record('N2', 'BAD'), record('N3', 'good')];
    await put(client(local.addresses.kinesis), 'flights', records);
    await open(page, 'Now');
    await total(page, 'lost', 1);
    await open(page, 'Verdict');
    const losses = page.getByRole('heading', { name: /^no loss: / }).locator('..');
    await losses.getByRole('listitem').filter({ hasText: '"N2"' }).getByRole('link', { name: 'Record of N2', exact: true }).click();
    await page.getByRole('heading', { name: /^Record of N2 .*lost$/ }).waitFor();
    await page.getByText(/does not look at/).first().waitFor();
    await page.getByText('BAD').first().waitFor();
  }));
