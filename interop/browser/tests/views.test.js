// The page of a run in which all is well: each view, and the ways between them.
'use strict';

const assert = require('node:assert');
const { after, before, test } = require('node:test');
const { audit } = require('../accessibility.js');
const { launch, visit } = require('../browser.js');
const { client, flights, put } = require('../client.js');
const { CONSUMER, Local } = require('../local.js');
const { VIEWS, chooseRecord, drawn, judged, open, total } = require('../views.js');

const RECORDS = 120;
let local;
let browser;

before(async () => {
  local = await Local.start(...CONSUMER, '--stream', 'flights', '--shards', '2');
  browser = await launch();
  await put(client(local.addresses.kinesis), 'flights', flights(RECORDS));
});

after(async () => {
  await browser?.close();
  const code = await local?.stop();
  assert.strictEqual(code, 0, `the verdict at the end: ${local?.said()}`);
});

/** The page, once it has all records. */
function seen(options, does) {
  return visit(browser, local.addresses.page, options, async (page) => {
    await open(page, 'Now');
    await total(page, 'processed', RECORDS);
    await does(page);
  });
}

test('what a client of the AWS SDK puts is counted, processed and judged', () =>
  seen({}, async (page) => {
    await page.getByRole('heading', { name: 'Stream flights' }).waitFor();
    await page.getByRole('heading', { name: 'Function consumer' }).waitFor();
    const shards = page.getByRole('region', { name: 'Shards of flights' }).getByRole('row');
    assert.strictEqual(await shards.count(), 3, 'a head and two shards');
    await open(page, 'Verdict');
    await judged(page, RECORDS);
    await page.getByRole('row', { name: /^no loss/ }).getByText('holds').waitFor();
  }));

test('a record leads to its trace, and the trace back to the record', () =>
  seen({}, async (page) => {
    await open(page, 'Lanes');
    const panel = await chooseRecord(page);
    await panel.getByRole('link', { name: 'Record' }).click();
    const key = await keyOf(page);
    await page.getByRole('region', { name: 'Attempts' }).getByRole('link').first().click();
    await page.getByRole('list', { name: 'Spans', exact: true }).getByRole('button').first().waitFor();
    const trace = page.url();
    await page.getByRole('main').getByRole('link', { name: key }).first().click();
    await page.getByRole('heading', { name: `Record of ${key}` }).waitFor();
    await page.getByRole('link', { name: 'In the lanes' }).click();
    await page.waitForFunction(() => document.title.startsWith('Lanes'));
    await page.goBack();
    await page.goBack();
    await page.waitForURL(trace);
  }));

test('a record shows its bytes as they were put', () =>
  seen({}, async (page) => {
    await open(page, 'Lanes');
    await (await chooseRecord(page)).getByRole('link', { name: 'Record' }).click();
    const key = await keyOf(page);
    await page.getByText(`"${key}"`).first().waitFor();
  }));

test('a trace is found by its key', () =>
  seen({}, async (page) => {
    await open(page, 'Traces');
    const rows = page.getByRole('grid', { name: 'Traces' }).getByRole('row');
    await rows.nth(1).waitFor();
    const key = flights(1)[0].PartitionKey;
    await page.getByLabel('Search', { exact: true }).fill(key);
    await rows.filter({ hasText: key }).first().click();
    await page.getByRole('list', { name: 'Spans', exact: true }).waitFor();
  }));

for (const colorScheme of ['light', 'dark']) {
  test(`every view is accessible, ${colorScheme}`, () =>
    seen({ colorScheme }, async (page) => {
      for (const view of VIEWS) {
        await open(page, view);
        if (view === 'Lanes') await chooseRecord(page);
        await audit(page, `${view}, ${colorScheme}`);
      }
      await open(page, 'Lanes');
      await (await chooseRecord(page)).getByRole('link', { name: 'Record' }).click();
      await page.getByRole('region', { name: 'Attempts' }).waitFor();
      await audit(page, `a record, ${colorScheme}`);
      await page.getByRole('region', { name: 'Attempts' }).getByRole('link').first().click();
      await page.getByRole('list', { name: 'Spans', exact: true }).waitFor();
      await audit(page, `a trace, ${colorScheme}`);
    }));
}

test('the keyboard alone reaches every view, a record and its trace', () =>
  seen({}, async (page) => {
    for (const view of VIEWS) {
      await tabTo(page, (focused) => focused === view);
      await page.keyboard.press('Enter');
      await page.waitForFunction((name) => document.title.startsWith(name), view);
    }
    await tabTo(page, (focused) => focused === 'Lanes');
    await page.keyboard.press('Enter');
    await drawn(page);
    await tabTo(page, (focused) => focused === 'Lanes of records');
    for (const key of ['.', 'Enter', '+', 'ArrowLeft', '0']) await page.keyboard.press(key);
    await tabTo(page, (focused) => focused === 'Record', 'aside');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => document.title.startsWith('Record'));
    await tabTo(page, (focused) => /^[0-9a-f]{8}…$/.test(focused));
    await page.keyboard.press('Enter');
    await page.getByRole('list', { name: 'Spans', exact: true }).waitFor();
    await tabTo(page, () => true, '.waterfall');
    await page.keyboard.press('ArrowDown');
  }));

/** The key of the record that is shown, which was processed. */
async function keyOf(page) {
  const heading = await page.getByRole('heading', { level: 1, name: /^Record of / }).innerText();
  const [, key] = /^Record of (\S+) .*done$/.exec(heading) ?? assert.fail(heading);
  return key;
}

/** Presses Tab until what has the focus has such a name, in a place; each step must be seen. */
async function tabTo(page, isIt, within = 'body') {
  for (let step = 0; step < 200; step++) {
    await page.keyboard.press('Tab');
    const [name, isWithin] = await page.evaluate((within) => {
      const it = document.activeElement;
      return [it.getAttribute('aria-label') ?? it.textContent.trim(), Boolean(it.closest(within))];
    }, within);
    if (isWithin && isIt(name)) return;
  }
  assert.fail('Tab does not reach it');
}
