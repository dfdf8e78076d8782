// Printing: a canvas prints blurred and in the screen's colours, so each chart is swapped for SVG,
// also where the reader has not scrolled to it yet.

window.addEventListener("beforeprint", () => {
  for (const it of mounted.values()) {
    if (it.element.closest("details:not([open])")) continue;
    const parsed = new DOMParser().parseFromString(svgOf(it, false), "image/svg+xml");
    const picture = document.importNode(parsed.documentElement, true);
    picture.setAttribute("class", "print-only");
    it.box.append(picture);
  }
});

window.addEventListener("afterprint", () => {
  document.querySelectorAll(".print-only").forEach((picture) => picture.remove());
});
