// Somebody who answers the questionnaire in a browser of the width of a phone, and by
// its keyboard alone.
//
//   PULSETAKER_NODE_MODULES=... node console_answer.mjs BASE FOLDER
//
// Reads a line an action, {"do": name of one of `actions`, ...}, and prints a line for
// each: {"done": what it gave} or {"failed": text}. Pictures are left in FOLDER. A
// token of a user is kept for the tab, which no call may have.

import {createRequire} from 'node:module';
import path from 'node:path';
import readline from 'node:readline';

const require =
    createRequire(path.join(process.env.PULSETAKER_NODE_MODULES, 'reader.js'));
const {chromium} = require('playwright-core');

const SERIOUS = ['serious', 'critical'];
const TABS_MAX = 120;

// What reaches over the edge of the window, and what no thumb hits.
function measure() {
  const tooWide = [];
  const small = [];
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.textContent.slice(0, 40)}`;
    if (box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5)) {
      tooWide.push(name);
    }
    // A box or a button to tick is as large as its label.
    const isTarget = element.matches(
        'button, select, summary, input:not([type=checkbox], [type=radio]), ' +
        '[role=option], label:has([type=checkbox], [type=radio])');
    if (isTarget && box.width > 1 && (box.height < 43.5 || box.width < 43.5)) {
      small.push(`${name}: ${box.width} x ${box.height}`);
    }
  }
  return {page_width: document.documentElement.scrollWidth, too_wide: tooWide, small};
}

// Whether what has the focus is called `name`, in a group that is called `group`.
function isAt({name, group}) {
  const at = document.activeElement;
  if (!at.matches('a, button, input, select, summary')) return false;
  const labels = [...at.labels ?? []].map((label) => label.textContent);
  const own = labels.length > 0 ? labels.join(' ') : at.textContent;
  const legend = at.closest('fieldset')?.querySelector('legend')?.textContent ?? '';
  return own.replaceAll(/\s+/g, ' ').includes(name) && legend.includes(group);
}

const [base, folder] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Chromium's own sandbox does not run as root.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
const calls = [];
const messages = [];
let page;
let visits = 0;

// Calls are recorded on their way.
async function record(route) {
  const request = route.request();
  const call = {
    method: path.basename(request.url()),
    headers: await request.allHeaders(),
    request: request.postDataBuffer()?.toString('base64') ?? '',
  };
  calls.push(call);
  try {
    const response = await route.fetch({timeout: 60_000, maxRetries: 3});
    call.status = response.status();
    call.response = (await response.body()).toString('base64');
    await route.fulfill({response});
  } catch {
    // Not answered, or not awaited any more.
    await route.abort().catch(() => {});
  }
}

async function see(text, seconds = 20) {
  await page.locator('main').getByText(text).filter({visible: true}).first()
      .waitFor({timeout: 1000 * seconds});
}

const actions = {
  async begin({dark}) {
    await page?.context().close();
    const context = await browser.newContext({
      viewport: {width: 390, height: 844},
      hasTouch: true,
      locale: 'en-GB',
      colorScheme: dark ? 'dark' : 'light',
      reducedMotion: 'reduce',
    });
    // Before the page's own policy, which lets in no script of others.
    await context.addInitScript({path: require.resolve('axe-core/axe.min.js')});
    await context.addInitScript(
        () => sessionStorage.setItem('pulsetaker.token', 'token-of-a-user'));
    page = await context.newPage();
    page.on('console', (message) => messages.push(message.text()));
    page.on('pageerror', (error) => messages.push(String(error)));
    await page.route('**/pulsetaker.*/*', record);
  },
  async go({hash}) {
    // Another hash alone would be no other load.
    await page.goto(`${base}/?${++visits}${hash}`);
  },
  async reload() {
    await page.reload();
  },
  see: ({text, seconds}) => see(text, seconds),
  async tab({name, group = ''}) {
    for (let tabs = 0; tabs < TABS_MAX; tabs++) {
      if (await page.evaluate(isAt, {name, group})) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`no key leads to ${name} ${group}`);
  },
  async press({keys}) {
    for (const key of keys) await page.keyboard.press(key);
  },
  async type({text}) {
    await page.keyboard.type(text);
  },
  async seconds_to_find({text}) {
    const begin = performance.now();
    await page.keyboard.type(text);
    await page.getByRole('listbox', {name: 'People found'}).getByRole('option').first()
        .waitFor({timeout: 30_000});
    return (performance.now() - begin) / 1000;
  },
  async look({name}) {
    const seen = await page.evaluate(measure);
    await page.screenshot({path: path.join(folder, `${name}.png`), fullPage: true});
    const found = await page.evaluate(() => window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }));
    seen.violations = found.violations
        .filter(({impact}) => SERIOUS.includes(impact))
        .map(({id, nodes}) =>
            `${id}: ${nodes.map(({html}) => html.slice(0, 120)).join('; ')}`);
    seen.focus = await page.evaluate(() => document.activeElement.textContent);
    seen.links = await page.locator('header.top a').count();
    return seen;
  },
  kept: () => page.evaluate(() => ({...localStorage})),
  calls: () => calls,
  messages: () => messages,
};

try {
  for await (const line of readline.createInterface({input: process.stdin})) {
    const action = JSON.parse(line);
    let answer;
    try {
      answer = {done: (await actions[action.do](action)) ?? null};
    } catch (error) {
      await page?.screenshot({path: path.join(folder, 'failed.png'), fullPage: true})
          .catch(() => {});
      const shown = await page?.locator('main').innerText().catch(() => '');
      answer = {failed: `${JSON.stringify(action)}: ${error}\n${shown}`};
    }
    process.stdout.write(JSON.stringify(answer) + '\n');
  }
} finally {
  await browser.close();
}
