// The tooltip: one for the page, out of the reach of a screen reader, which has the tables.

import { bdi, element } from "../dom.js";

const tooltip = element("div", { class: "tooltip", hidden: true, "aria-hidden": "true" });

/**
 * @param {{clientX: number, clientY: number}} event
 * @param {TipLine[]} lines
 * @param {string} colour behind the heading; empty: none
 */
export function showTip(event, lines, colour = "") {
  tooltip.replaceChildren(
    ...lines.map((line) =>
      typeof line === "string"
        ? element("strong", {}, bdi(line))
        : element("span", {}, element("span", {}, line[0]), element("b", {}, bdi(line[1]))),
    ),
  );
  if (colour) tooltip.querySelector("strong").style.background = colour;
  tooltip.hidden = false;
  if (!tooltip.isConnected) document.body.append(tooltip);
  const room = document.documentElement.clientWidth - tooltip.offsetWidth - 8;
  tooltip.style.left = `${Math.max(4, Math.min(event.clientX + 14, room))}px`;
  const below = event.clientY + 16;
  const isLow = below + tooltip.offsetHeight > window.innerHeight;
  tooltip.style.top = `${isLow ? event.clientY - tooltip.offsetHeight - 10 : below}px`;
}

export function hideTip() {
  tooltip.hidden = true;
}
