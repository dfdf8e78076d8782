// Printing: a canvas prints blurred and in the screen's colours, so each chart is swapped for SVG,
// also where the reader has not scrolled to it yet.

import { mounted } from "./figure.js";
import { svgOf } from "./images.js";

export function watchPrinting() {
  window.addEventListener("beforeprint", () => {
    for (const figure of mounted.values()) {
      if (figure.element.closest("details:not([open])")) continue;
      const parsed = new DOMParser().parseFromString(svgOf(figure, false), "image/svg+xml");
      const picture = document.importNode(parsed.documentElement, true);
      picture.setAttribute("class", "print-only");
      figure.box.append(picture);
    }
  });
  window.addEventListener("afterprint", () => {
    for (const picture of document.querySelectorAll(".print-only")) picture.remove();
  });
}
