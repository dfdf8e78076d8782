// A figure as an image: in light colours, with all that it shows.

import { copies, runtime } from "./figure.js";

/** The specification of images and source. @param {Figure} figure */
export const exportedSpec = (figure) => (figure.exportedSpec ?? figure.spec)();

/**
 * A view off the page, with the figure's title if asked for.
 * @param {Figure} figure
 * @param {boolean} isTitled
 */
export function offPage(figure, isTitled) {
  const { vega, expressionInterpreter } = window.retailVega;
  const spec = {
    ...exportedSpec(figure),
    background: "#ffffff",
    ...(isTitled ? { title: { text: figure.title, anchor: "start", offset: 12 } } : {}),
    padding: 10,
  };
  const view = new vega.View(runtime(spec, Math.max(figure.box.clientWidth, 320)), {
    expr: expressionInterpreter,
    renderer: "none",
    logLevel: vega.Error,
  });
  view.data("rows", copies(figure.exported())).run();
  return view;
}

/**
 * The figure as SVG text, without waiting: printing can't.
 * @param {Figure} figure
 * @param {boolean} isTitled
 */
export function svgOf(figure, isTitled = true) {
  const { vega } = window.retailVega;
  const view = offPage(figure, isTitled);
  const padding = view.padding();
  const [left, top] = view.origin();
  const renderer = new vega.SVGStringRenderer(view.loader());
  renderer.initialize(
    null,
    view._viewWidth + padding.left + padding.right,
    view._viewHeight + padding.top + padding.bottom,
    [left + padding.left, top + padding.top],
  );
  const text = renderer.render(view.scenegraph().root).svg();
  view.finalize();
  return text;
}
