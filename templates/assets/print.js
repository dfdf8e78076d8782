// Printing: a canvas prints blurred and in the screen's colours, so each chart is swapped for SVG.

window.addEventListener("beforeprint", () => {
  for (const it of mounted.values()) {
    if (!it.view) continue;
    const parsed = new DOMParser().parseFromString(svgOf(it), "image/svg+xml");
    const picture = document.importNode(parsed.documentElement, true);
    picture.setAttribute("class", "print-only");
    it.box.append(picture);
  }
});

window.addEventListener("afterprint", () => {
  document.querySelectorAll(".print-only").forEach((picture) => picture.remove());
});
