// Debian's Chromium, and what a page must not do in it: complain, or ask other hosts.
'use strict';

const assert = require('node:assert');
const { chromium } = require('playwright-core');

const EXECUTABLE = process.env.CHROMIUM ?? '/usr/bin/chromium';
/** A condition that has not come by then never will. */
const PATIENCE_MS = 20_000;

async function launch() {
  // Root has no sandbox of its own.
  const args = process.getuid() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: EXECUTABLE, args });
}

/** Opens an address, does something there, and sees that the page was quiet meanwhile. */
async function visit(browser, address, options, does) {
  const { colorScheme = 'light', viewport = { width: 1280, height: 800 }, ...others } = options;
  const context = await browser.newContext({ colorScheme, viewport, reducedMotion: 'reduce', ...others });
  context.setDefaultTimeout(PATIENCE_MS);
  const page = await context.newPage();
  const noise = listen(page, new URL(address));
  try {
    await page.goto(address);
    await does(page);
  } finally {
    await context.close();
  }
  assert.deepStrictEqual(noise, [], 'the page complains, or asks other hosts');
}

/** What the page logs as a warning or an error, throws, or asks others than the one that serves it. */
function listen(page, { protocol, host }) {
  const noise = [];
  page.on('console', (it) => ['error', 'warning'].includes(it.type()) && noise.push(`${it.type()}: ${it.text()}`));
  page.on('pageerror', (error) => noise.push(`thrown: ${error.stack}`));
  page.on('request', (request) => {
    const asked = new URL(request.url());
    const isOwn = asked.protocol === protocol && asked.host === host;
    if (!isOwn && !['data:', 'blob:'].includes(asked.protocol)) noise.push(`asked: ${request.url()}`);
  });
  return noise;
}

module.exports = { launch, visit };
