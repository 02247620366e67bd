// Opens reports in a browser, at the width of a phone, of a small phone and of a
// desk, and prints them.
//
//   PULSETAKER_NODE_MODULES=... node report_pages.mjs FOLDER
//
// Beside each NAME.html it leaves NAME-WIDTH.png and NAME.pdf. Prints a line a
// page: {"name", "requests": [url], "messages": [text], "views": [{"width",
// "page_width", "too_wide": [text], "small": [text]}]}.

import {readdirSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';
import {pathToFileURL} from 'node:url';

const require =
    createRequire(path.join(process.env.PULSETAKER_NODE_MODULES, 'reader.js'));
const {chromium} = require('playwright-core');

const VIEWS = [
  {width: 360, height: 740},
  {width: 390, height: 844},
  {width: 1280, height: 900},
];

// What reaches over the edge of the window, and text that nobody can read.
function measure() {
  const tooWide = [];
  const small = [];
  for (const element of document.body.querySelectorAll('*')) {
    const box = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.textContent.slice(0, 40)}`;
    if (box.width > 1 && (box.right > innerWidth + 0.5 || box.left < -0.5)) {
      tooWide.push(name);
    }
    const svg = element.ownerSVGElement;
    if (element.tagName === 'text' && svg) {
      const scale = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
      const size = parseFloat(getComputedStyle(element).fontSize) * scale;
      if (size < 9) small.push(`${name}: ${size}`);
      const frame = svg.getBoundingClientRect();
      if (box.left < frame.left - 1 || box.right > frame.right + 1) {
        tooWide.push(`${name} is cut off by its drawing`);
      }
    }
  }
  return {
    page_width: document.documentElement.scrollWidth,
    too_wide: tooWide,
    small,
  };
}

async function look(browser, folder, name) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const requests = [];
  const messages = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => messages.push(message.text()));
  page.on('pageerror', (error) => messages.push(String(error)));
  page.on('dialog', (dialog) => {
    messages.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  const url = pathToFileURL(path.join(folder, `${name}.html`)).href;
  const views = [];
  for (const view of VIEWS) {
    await page.setViewportSize(view);
    await page.goto(url);
    views.push({width: view.width, ...await page.evaluate(measure)});
    await page.screenshot({
      path: path.join(folder, `${name}-${view.width}.png`),
      fullPage: true,
    });
  }
  await page.pdf({path: path.join(folder, `${name}.pdf`), preferCSSPageSize: true});
  await context.close();
  return {name, url, requests, messages, views};
}

const folder = path.resolve(process.argv[2]);
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  // Chromium's own sandbox does not run as root.
  args: process.getuid() === 0 ? ['--no-sandbox'] : [],
});
try {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.html')) continue;
    const seen = await look(browser, folder, file.slice(0, -'.html'.length));
    process.stdout.write(JSON.stringify(seen) + '\n');
  }
} finally {
  await browser.close();
}
