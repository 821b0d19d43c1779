// A record that is tried again and again while others flow past it: who looks at it keeps it, however few records the page keeps.
'use strict';

const assert = require('node:assert');
const { join } = require('node:path');
const { after, before, test } = require('node:test');
const { launch, visit } = require('../browser.js');
const { client, put, record } = require('../client.js');
const { Local } = require('../local.js');

const FUNCTION = join(__dirname, '..', 'functions', 'reports.js');
const FLAGS = ['--stream', 'flights', '--shards', '2', '--report-batch-item-failures', '--keep', '20', '--grace', '1'];
let local;
let browser;

before(async () => {
  local = await Local.start('--command', `consumer=${process.execPath} ${FUNCTION}`, ...FLAGS);
  browser = await launch();
});

after(async () => {
  await browser?.close();
  assert.strictEqual(await local?.stop(), 1, `a record still waits: ${local?.said()}`);
});

test('a record that is stuck stays in view, though its row goes to the end of the table', () =>
  visit(browser, local.addresses.page, {}, async (page) => {
    const kinesis = client(local.addresses.kinesis);
    await put(kinesis, 'flights', [record('N2', 'BAD')]);
    await page.evaluate(() => (location.hash = '#record/0'));
    const heading = page.getByRole('heading', { name: /^Record of N2 / });
    await heading.waitFor();
    await put(kinesis, 'flights', Array.from({ length: 200 }, (_, number) => record(`N${number + 3}`, 'good')));
    await page.waitForFunction(() => /^#record\/[1-9]/.test(location.hash));
    await heading.waitFor();
  }));
