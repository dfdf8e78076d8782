// What a screen reader is to say.

import { find, setText } from "../dom.js";

/** @param {string} text */
export function announce(text) {
  const summary = find("#summary");
  if (summary) setText(summary, text);
}
