// Drop-downs made of <details>: a click elsewhere or Escape closes them.

import { find } from "../dom.js";

/** @type {Set<HTMLDetailsElement>} */
const opened = new Set();

/** @param {HTMLDetailsElement} holder */
export function watchDropdown(holder) {
  holder.addEventListener("toggle", () => {
    if (holder.open) opened.add(holder);
    else opened.delete(holder);
  });
  holder.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !holder.open) return;
    event.stopPropagation();
    holder.open = false;
    find("summary", holder).focus();
  });
}

export function closeDropdowns() {
  for (const info of document.querySelectorAll("details.info"))
    watchDropdown(/** @type {HTMLDetailsElement} */ (info));
  document.addEventListener("click", (event) => {
    for (const holder of opened)
      if (!holder.contains(/** @type {Node} */ (event.target))) holder.open = false;
  });
}
