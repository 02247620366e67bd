// Looks at drawings of the console in a browser, and how fluently they move.
//
//   PULSETAKER_NODE_MODULES=... node console_frames.mjs BASE < WANTED
//
// WANTED is {"places": [hash], "seconds": of each movement, "profiles": a folder, or
// empty}. Prints {"renderer", "frames"} of a canvas on which nothing is drawn, then a
// line a place: {"answer_bytes", "answer_seconds", "first_paint", "drawn",
// "main_thread", "longest_task", "heap", "frames": {movement: frames}}; times in
// seconds. Frames are {"median", "p95", "longest": ms, "rate": a second}.

import {readFileSync, writeFileSync} from 'node:fs';
import {createRequire} from 'node:module';
import path from 'node:path';

const require =
    createRequire(path.join(process.env.PULSETAKER_NODE_MODULES, 'reader.js'));
const {chromium} = require('playwright-core');

const VIEWPORT = {width: 1280, height: 900};
const SETTLING_MS = 2_000;
// Between two moves of a hand, as mice tell them.
const MOVE_MS = 8;
const NOTCH_MS = 60;

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** In the page, before its own scripts. */
function observe() {
  window.longest = 0;
  new PerformanceObserver((list) => {
    for (const {duration} of list.getEntries()) {
      window.longest = Math.max(window.longest, duration);
    }
  }).observe({type: 'longtask'});
  // What draws, draws before it gives way: the frame after the next one is past it.
  window.drawn = new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('no network is drawn')), 120_000);
    new MutationObserver((_, observer) => {
      if (document.querySelector('.sociogram canvas') === null) return;
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(resolve));
    }).observe(document, {childList: true, subtree: true});
  });
}

/** Times of frames, for as long as `move` takes. */
async function framesDuring(page, move) {
  await page.evaluate(() => {
    const times = (window.times = []);
    const next = (time) => {
      if (window.times !== times) return;
      times.push(time);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await move();
  const times = await page.evaluate(() => {
    const {times} = window;
    window.times = undefined;
    return times;
  });
  const gaps = times.slice(1).map((time, i) => time - times[i]).sort((a, b) => a - b);
  const at = (share) => gaps[Math.floor(share * gaps.length)];
  return {
    median: at(0.5),
    p95: at(0.95),
    longest: gaps.at(-1),
    rate: (1000 * gaps.length) / (times.at(-1) - times[0]),
  };
}

/** Calls `step` with the seconds since the beginning, until they are over. */
async function forSeconds(seconds, every, step) {
  const begin = performance.now();
  for (let now = 0; now < seconds; now = (performance.now() - begin) / 1000) {
    await step(now);
    await pause(every);
  }
}

const circle = (box, seconds, radius) => [
  box.x + box.width / 2 + radius * Math.cos(5 * seconds),
  box.y + box.height / 2 + radius * Math.sin(3 * seconds),
];

/** A drag a second, so that what follows letting go counts too. */
async function drag(page, box, seconds) {
  for (let i = 0; i < seconds; i++) {
    await page.mouse.move(...circle(box, 0, 120));
    await page.mouse.down();
    await forSeconds(1, MOVE_MS, (now) => page.mouse.move(...circle(box, now, 120)));
    await page.mouse.up();
  }
}

/** A second in, a second out. */
async function zoom(page, box, seconds) {
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await forSeconds(seconds, NOTCH_MS, (now) =>
    page.mouse.wheel(0, Math.floor(now) % 2 === 0 ? -120 : 120),
  );
}

async function comeNear(page, box) {
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  for (let i = 0; i < 4; i++) {
    await page.mouse.wheel(0, -120);
    await pause(500);
  }
}

const point = (page, box, seconds) =>
  forSeconds(seconds, MOVE_MS, (now) => page.mouse.move(...circle(box, now, 200)));

async function profiled(session, file, move) {
  if (file === undefined) return move();
  await session.send('Profiler.start');
  const found = await move();
  const {profile} = await session.send('Profiler.stop');
  writeFileSync(file, JSON.stringify(profile));
  return found;
}

async function metrics(session) {
  const {metrics: found} = await session.send('Performance.getMetrics');
  return Object.fromEntries(found.map(({name, value}) => [name, value]));
}

async function answerOf(request) {
  const {responseBodySize} = await request.sizes();
  return {
    answer_bytes: responseBodySize,
    answer_seconds: request.timing().responseEnd / 1000,
  };
}

async function watch(browser, base, hash, {seconds, profiles}) {
  const page = await browser.newPage({viewport: VIEWPORT});
  await page.addInitScript(observe);
  const session = await page.context().newCDPSession(page);
  // Of the processor, as the wall's says little where others work too.
  await session.send('Performance.setTimeDomain', {timeDomain: 'threadTicks'});
  await session.send('Performance.enable');
  await session.send('Profiler.enable');
  const answered = page.waitForEvent('requestfinished', {
    predicate: (request) => request.url().endsWith('/GetSociogram'),
    timeout: 60_000,
  });
  const [, place] = /localities\/(\w+)/.exec(hash);
  const file = (what) => profiles === '' ?
    undefined : path.join(profiles, `${place}-${what}.cpuprofile`);
  const drawn = await profiled(session, file('open'), async () => {
    await page.goto(`${base}/${hash}`);
    return page.evaluate(() => window.drawn);
  });
  const seen = {
    ...await answerOf(await answered),
    drawn: drawn / 1000,
    main_thread: (await metrics(session)).TaskDuration,
    ...await page.evaluate(() => ({
      longest_task: window.longest / 1000,
      first_paint: performance.getEntriesByName('first-paint')[0].startTime / 1000,
    })),
    frames: {},
  };
  await pause(SETTLING_MS);
  seen.heap = (await metrics(session)).JSHeapUsedSize;
  await page.locator('.sociogram').scrollIntoViewIfNeeded();
  const box = await page.locator('.sociogram').boundingBox();
  const measure = async (what, move) => {
    seen.frames[what] = await profiled(session, file(what), () =>
      framesDuring(page, () => move(page, box, seconds)));
    await pause(SETTLING_MS);
  };
  await measure('drag', drag);
  await measure('zoom', zoom);
  await measure('point', point);
  await comeNear(page, box);
  await measure('drag, near, with labels', drag);
  await measure('point, near, with labels', point);
  await page.close();
  return seen;
}

/** A canvas as large as a drawing, of which each frame is cleared and no more. */
async function limit(browser, base, seconds) {
  const page = await browser.newPage({viewport: VIEWPORT});
  await page.goto(`${base}/#/`);
  const renderer = await page.evaluate(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 1086;
    canvas.height = 630;
    document.querySelector('main').append(canvas);
    const gl = canvas.getContext('webgl2');
    const draw = (time) => {
      gl.clearColor(Math.abs(Math.sin(time)), 0.5, 0.5, 1);
      gl.clear(gl.COLOR_BUFFER_BIT);
      requestAnimationFrame(draw);
    };
    requestAnimationFrame(draw);
    const names = gl.getExtension('WEBGL_debug_renderer_info');
    return gl.getParameter(names.UNMASKED_RENDERER_WEBGL);
  });
  const frames = await framesDuring(page, () => pause(1000 * seconds));
  await page.close();
  return {renderer, frames};
}

const [base] = process.argv.slice(2);
const wanted = JSON.parse(readFileSync(0, 'utf8'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--enable-unsafe-swiftshader', '--ignore-gpu-blocklist',
         ...process.getuid() === 0 ? ['--no-sandbox'] : []],
});
try {
  const print = (found) => process.stdout.write(JSON.stringify(found) + '\n');
  print(await limit(browser, base, wanted.seconds));
  for (const hash of wanted.places) print(await watch(browser, base, hash, wanted));
} finally {
  await browser.close();
}
