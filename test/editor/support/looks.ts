import type { Page } from 'playwright-core';

/*
 * What runs in the page is a text: the types of these tests are those of Node.js.
 */

/** What is ours in an open form. */
const OWN_IN_FORM =
  '.red-ui-tray [class*="sekoia-"], .red-ui-tray [id^="sekoia-"], .red-ui-tray .form-row > label';

/**
 * Of texts of our own in the open form, or where it is said, whose contrast to what is behind them is less than
 * wanted: what they say.
 */
export function paleTexts(page: Page, wanted = 4.5, within = OWN_IN_FORM): Promise<string[]> {
  return page.evaluate(`(${PALE_TEXTS})(${wanted}, ${JSON.stringify(within)})`);
}

/** Of what stands in the open form: what is cut off or stands out at its sides. */
export function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(`(${TOO_WIDE})()`);
}

const PALE_TEXTS = `(wanted, within) => {
  const channels = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, below, alpha) => ({
    r: top.r * alpha + below.r * (1 - alpha),
    g: top.g * alpha + below.g * (1 - alpha),
    b: top.b * alpha + below.b * (1 - alpha),
  });
  const luminance = ({ r, g, b }) => {
    const [red, green, blue] = [r, g, b].map((value) => {
      const part = value / 255;
      return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (element) => {
    const chain = [];
    for (let at = element; at; at = at.parentElement) chain.unshift(at);
    let behind = { r: 255, g: 255, b: 255 };
    let opacity = 1;
    for (const at of chain) {
      const style = getComputedStyle(at);
      opacity *= Number(style.opacity);
      const background = channels(style.backgroundColor);
      behind = over(background, behind, background.a * opacity);
    }
    const colour = channels(getComputedStyle(element).color);
    const shown = over(colour, behind, colour.a * opacity);
    const [light, dark] = [luminance(shown), luminance(behind)].sort((one, other) => other - one);
    return (light + 0.05) / (dark + 0.05);
  };
  const own = [...document.querySelectorAll(within)]
    .flatMap((element) => [element, ...element.querySelectorAll('*')])
    .filter((element) => !element.closest('.red-ui-editor-text-container, .sekoia-template-outdated'))
    .filter((element) => element.checkVisibility())
    .filter((element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  if (own.length < 3) return ['No text of our own was found'];
  return [...new Set(own)]
    .map((element) => [contrast(element), element.textContent.trim().slice(0, 60)])
    .filter(([ratio]) => ratio < wanted)
    .map(([ratio, text]) => ratio.toFixed(2) + ' ' + text);
}`;

const TOO_WIDE = `() => {
  const body = [...document.querySelectorAll('.red-ui-tray-body')].at(-1);
  const { left, right } = body.getBoundingClientRect();
  const found = body.scrollWidth > body.clientWidth ? ['the form scrolls to the side'] : [];
  for (const element of body.querySelectorAll('.form-row, .form-row *')) {
    if (!element.checkVisibility() || element.closest('.red-ui-editor-text-container, svg')) continue;
    const box = element.getBoundingClientRect();
    if (box.width > 1 && (box.right > right + 1 || box.left < left - 1))
      found.push(element.tagName + ' ' + (element.id || element.className));
  }
  return found;
}`;
