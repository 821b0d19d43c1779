// The views of the page, and ways to them.
'use strict';

const VIEWS = ['Now', 'Lanes', 'Traces', 'Record', 'Verdict'];

/** Opens a view as a person does. */
async function open(page, view) {
  await page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name: view, exact: true }).click();
  await page.waitForFunction((name) => document.title.startsWith(name), view);
}

/** Waits until a number of the present is at least this. */
async function total(page, name, least) {
  await page.waitForFunction(([name, least]) => {
    const terms = [...document.querySelectorAll('dl.totals dt')];
    const value = terms.find((it) => it.textContent.trim() === name)?.nextElementSibling.textContent;
    return Number(value?.replace(/\D/g, '')) >= least;
  }, [name, least]);
}

/** Waits until the lanes were drawn, which they say at the canvas. */
async function drawn(page) {
  await page.locator('canvas[data-drawn]').waitFor();
}

/** Chooses a record in the lanes from the keyboard, and returns the panel that tells of it. */
async function chooseRecord(page) {
  await drawn(page);
  await page.getByLabel('Lanes of records').focus();
  await page.keyboard.press('.');
  return page.getByRole('complementary', { name: 'Chosen in the lanes' }).getByRole('region', { name: 'Record', exact: true });
}

/** Waits until the verdict covers so many records. */
async function judged(page, least) {
  await page.waitForFunction((least) => {
    const row = [...document.querySelectorAll('tr')].find((it) => it.textContent.startsWith('no loss'));
    return Number(row?.cells[2].textContent.replace(/\D/g, '')) >= least;
  }, least);
}

/** Goes to the next mark of its kind in the lanes. */
async function goToMark(page, name) {
  await page.getByRole('list', { name: 'Marks' }).getByRole('button', { name: new RegExp(`^${name}`) }).click();
}

/** Kills the environments of a function, one of which at least has a batch: it hangs until then. Records have to come meanwhile. */
async function killAtWork(page, name) {
  const environments = page.getByRole('region', { name: `Environments of ${name}` });
  const named = (name) => environments.getByRole('row').filter({ has: page.getByRole('rowheader', { name, exact: true }) });
  await environments.getByRole('row', { name: /idle/ }).first().waitFor();
  const there = await environments.getByRole('row', { name: /idle|busy/ }).getByRole('rowheader').allInnerTexts();
  for (const name of there) await named(name).getByRole('button', { name: /^Hang/ }).click();
  await environments.getByRole('cell', { name: /^[0-9a-f-]{36}$/ }).first().waitFor();
  for (const name of there) await named(name).getByRole('button', { name: /^Kill/ }).click();
}

module.exports = { VIEWS, chooseRecord, drawn, goToMark, judged, killAtWork, open, total };
