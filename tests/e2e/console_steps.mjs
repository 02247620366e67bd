// What somebody does on a page, step by step. Each step is one of
//
//   {"click": label}                 of anything that is shown
//   {"tab_to": selector, "back"}     presses Tab until such a control has the focus
//   {"press": key}
//   {"pick": how many}               clicks on that many dots of the drawing
//   {"see": text, "within": seconds}
//   {"unsee": text}                  waits until it is not there any more
//   {"read": selector}               adds the texts of what is there to `seen.read`
//   {"tell": word}                   prints {"reached": word}, and waits for a line

const TABS_MAX = 400;

export async function see(page, text, seconds = 60) {
  // What is there and not shown, such as a choice of a closed list, is not seen.
  await page.locator('main').getByText(text).filter({visible: true}).first()
      .waitFor({timeout: 1000 * seconds});
}

async function tabTo(page, selector, key) {
  for (let i = 0; i < TABS_MAX; i++) {
    await page.keyboard.press(key);
    const isThere = await page.evaluate(
        (wanted) => document.activeElement.matches(wanted), selector);
    if (isThere) return;
  }
  throw new Error(`${key} does not come to ${selector}`);
}

// Middles of what is drawn in one of the colours of the key, and of nothing else
// within two pixels, far enough from each other not to be one dot.
async function dotsIn({png, colours}) {
  const bytes = Uint8Array.from(atob(png), (letter) => letter.charCodeAt(0));
  const image = await createImageBitmap(new Blob([bytes]));
  const canvas = new OffscreenCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const {data, width, height} = context.getImageData(0, 0, image.width, image.height);
  const isOf = (colour, x, y) => colour.every(
      (part, i) => Math.abs(part - data[4 * (y * width + x) + i]) <= 3);
  const isDot = (colour, x, y) => {
    for (let dy = -2; dy <= 2; dy++) {
      for (let dx = -2; dx <= 2; dx++) {
        if (!isOf(colour, x + dx, y + dy)) return false;
      }
    }
    return true;
  };
  const dots = [];
  for (let y = 4; y < height - 4; y++) {
    for (let x = 4; x < width - 4; x++) {
      if (colours.some((colour) => isDot(colour, x, y)) &&
          dots.every((dot) => Math.hypot(dot.x - x, dot.y - y) > 40)) {
        dots.push({x, y});
      }
    }
  }
  return dots;
}

async function pick(page, count) {
  const drawing = page.locator('.sociogram');
  await drawing.scrollIntoViewIfNeeded();
  const png = (await drawing.screenshot()).toString('base64');
  const fills = await page.locator('.keys circle').evaluateAll(
      (circles) => circles.map((circle) => circle.getAttribute('fill')));
  const colours = fills.map((fill) => [1, 3, 5].map(
      (at) => Number.parseInt(fill.slice(at, at + 2), 16)));
  const dots = await page.evaluate(dotsIn, {png, colours});
  if (dots.length < count) throw new Error(`the drawing has ${dots.length} dots`);
  for (let i = 0; i < count; i++) {
    const position = dots[Math.floor((i + 0.5) * dots.length / count)];
    await drawing.click({position});
    // Two clicks at once would be taken for one that means something else.
    await page.waitForTimeout(500);
  }
}

export async function take(page, step, seen, told) {
  if ('click' in step) {
    await page.getByText(step.click, {exact: true}).filter({visible: true}).first()
        .click();
  } else if ('tab_to' in step) {
    await tabTo(page, step.tab_to, step.back ? 'Shift+Tab' : 'Tab');
  } else if ('press' in step) {
    await page.keyboard.press(step.press);
  } else if ('pick' in step) {
    await pick(page, step.pick);
  } else if ('see' in step) {
    await see(page, step.see, step.within);
  } else if ('unsee' in step) {
    await page.locator('main').getByText(step.unsee).first()
        .waitFor({state: 'detached', timeout: 60_000});
  } else if ('read' in step) {
    const texts = await page.locator(step.read).allInnerTexts();
    seen.read.push(texts.map((text) => text.trim()));
  } else if ('tell' in step) {
    await told(step.tell);
  } else {
    throw new Error(`no such step: ${JSON.stringify(step)}`);
  }
}
