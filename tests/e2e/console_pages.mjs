// Walks through the console in a browser, at the widths of a phone and of a desk.
//
//   PULSETAKER_NODE_MODULES=... node console_pages.mjs BASE FOLDER < VISITS
//
// VISITS is a list of {"name", "hash", "token", "expect": text, "within": seconds,
// "click": [[label, text that appears then]], "save": [names of buttons], "steps": as
// console_steps.mjs has them, "widths", "dark", "block": whether calls fail}, in one
// line. Leaves NAME-WIDTH.png in FOLDER. Prints a line a visit and width: {"name",
// "width", "seconds", "requests": [url], "policy", "messages": [text], "violations":
// [text], "page_width", "too_wide": [text], "small": [text], "saved": [{"name",
// "content": base64}], "tables": {caption: [[text of a cell]]}, "read": [[text]],
// "bodies": [base64] of all calls, "bytes": size on the wire}.

import {readFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

import {see, take} from './console_steps.mjs';

const require =
    createRequire(path.join(process.env.PULSETAKER_NODE_MODULES, 'reader.js'));
const {chromium} = require('playwright-core');

const HEIGHTS = {390: 844, 1280: 900};
// What people who cannot use a mouse, or see little, cannot do without.
const SERIOUS = ['serious', 'critical'];

// What reaches over the edge of the window, and controls that no finger hits.
function measure() {
  const tooWide = [];
  const small = [];
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.textContent.slice(0, 40)}`;
    if (box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5)) {
      tooWide.push(name);
    }
    if (/^(BUTTON|INPUT|SELECT|SUMMARY)$/.test(element.tagName) &&
        box.width > 1 && box.height < 24) {
      small.push(`${name}: ${box.height}`);
    }
  }
  return {page_width: document.documentElement.scrollWidth, too_wide: tooWide, small};
}

/** What each table shows, line by line. */
function tables() {
  return Object.fromEntries([...document.querySelectorAll('table')].map((table) => [
    table.caption.textContent,
    [...table.tBodies[0].rows].map(({cells}) =>
      [...cells].map(({textContent}) => textContent)),
  ]));
}

async function violations(page) {
  const found = await page.evaluate(() => window.axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  }));
  return found.violations.filter(({impact}) => SERIOUS.includes(impact)).map(
      ({id, nodes}) => `${id}: ${nodes.map(({html}) => html.slice(0, 120)).join('; ')}`);
}

function print(line) {
  process.stdout.write(JSON.stringify(line) + '\n');
}

// Says how far it is, and goes on when it is told to.
async function told(word) {
  print({reached: word});
  await lines.next();
}

async function visit(browser, base, folder, wanted, width) {
  const context = await browser.newContext({
    viewport: {width, height: HEIGHTS[width]},
    colorScheme: wanted.dark ? 'dark' : 'light',
    reducedMotion: 'reduce',
  });
  // Before the page's own policy, which lets in no script of others.
  await context.addInitScript({path: require.resolve('axe-core/axe.min.js')});
  await context.addInitScript(
      (token) => sessionStorage.setItem('pulsetaker.token', token), wanted.token ?? '');
  const page = await context.newPage();
  const seen = {
    name: wanted.name, width, requests: [], messages: [], bodies: [], read: [], bytes: 0,
  };
  const reading = [];
  page.on('request', (request) => seen.requests.push(request.url()));
  page.on('requestfinished', (request) => reading.push(request.sizes().then(
      ({responseBodySize}) => seen.bytes += responseBodySize, () => {})));
  page.on('console', (message) => seen.messages.push(message.text()));
  page.on('pageerror', (error) => seen.messages.push(String(error)));
  // Bodies are recorded on their way: of a stream the browser keeps none.
  await page.route('**/pulsetaker.*/*', async (route) => {
    try {
      if (wanted.block) throw new Error('calls are to fail');
      // As browsers do where a connection that was kept is closed meanwhile.
      const response = await route.fetch({timeout: 60_000, maxRetries: 3});
      seen.bodies.push((await response.body()).toString('base64'));
      await route.fulfill({response});
    } catch {
      // Not answered, or not awaited any more.
      await route.abort().catch(() => {});
    }
  });
  const begin = performance.now();
  const answer = await page.goto(`${base}/${wanted.hash}`);
  seen.policy = answer.headers()['content-security-policy'];
  await see(page, wanted.expect, wanted.within ?? 60);
  seen.seconds = (performance.now() - begin) / 1000;
  for (const step of wanted.steps ?? []) await take(page, step, seen, told);
  // What is not there yet is not to be in the picture.
  const waiting = page.locator('.waiting').first();
  await waiting.waitFor({state: 'detached', timeout: 60_000});
  for (const [label, text] of wanted.click ?? []) {
    await page.getByText(label, {exact: true}).first().click();
    await see(page, text, 60);
    await waiting.waitFor({state: 'detached', timeout: 60_000});
  }
  seen.saved = [];
  for (const name of wanted.save ?? []) {
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', {name, exact: true}).click(),
    ]);
    seen.saved.push({
      name: saved.suggestedFilename(),
      content: readFileSync(await saved.path()).toString('base64'),
    });
  }
  seen.tables = await page.evaluate(tables);
  Object.assign(seen, await page.evaluate(measure));
  await page.screenshot({
    path: path.join(folder, `${wanted.name}-${width}.png`),
    fullPage: true,
  });
  seen.violations = await violations(page);
  await Promise.all(reading);
  await context.close();
  return seen;
}

const [base, folder] = process.argv.slice(2);
const input = readline.createInterface({input: process.stdin});
const lines = input[Symbol.asyncIterator]();
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Networks are drawn by WebGL, here without a graphics card. Chromium's own
  // sandbox does not run as root.
  args: ['--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
         ...process.getuid() === 0 ? ['--no-sandbox'] : []],
});
try {
  for (const wanted of JSON.parse((await lines.next()).value)) {
    for (const width of wanted.widths ?? [390, 1280]) {
      print(await visit(browser, base, folder, wanted, width));
    }
  }
} finally {
  input.close();
  await browser.close();
}
