// The names of the parallel axes: buttons below their axis, in the colour of their category; dragging one, or its
// arrow keys, moves the axis.

import { bdi, element, find } from "../dom.js";
import { productLabel } from "../kernel/formats.js";
import { inScheme } from "../vega/colours.js";
import { hideTip, showTip } from "../vega/tooltip.js";

/**
 * @param {Data} data
 * @param {() => number[]} axesNow
 * @param {(order: number[]) => void} setAxes
 */
export function axisNames(data, axesNow, setAxes) {
  const holder = element("div", { class: "axes", role: "group", "aria-label": "Axes, in order" });

  /** Buttons at every `step` pixels; the one in focus stays so. @param {number} step */
  function place(step) {
    const focused = /** @type {HTMLElement} */ (document.activeElement);
    const code = holder.contains(focused) ? focused.dataset.code : null;
    holder.style.width = `${step * data.names.subcategory.length}px`;
    holder.replaceChildren(...axesNow().map((axis, at) => nameOf(axis, at, step)));
    if (code !== null) find(`[data-code="${code}"]`, holder)?.focus();
  }

  /** @param {number} code @param {number} at @param {number} step */
  function nameOf(code, at, step) {
    const [category, name] = data.names.subcategory[code];
    const colour = inScheme(data.colours.categories[category]);
    const label = `${productLabel(category, name, ", ")}: axis ${at + 1}. Arrow keys move it.`;
    const button = element(
      "button",
      { type: "button", class: "axis", "data-code": code, "aria-label": label },
      bdi(name),
    );
    button.style.left = `${step * at}px`;
    button.style.width = `${step}px`;
    button.style.borderTopColor = colour;
    // The colour is behind the name: its letters would be too pale.
    button.addEventListener("pointermove", (event) =>
      showTip(event, [`${category} · ${name}`], colour),
    );
    button.addEventListener("pointerleave", hideTip);
    button.addEventListener("keydown", (event) => {
      const shift = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!shift) return;
      event.preventDefault();
      move(at, at + shift);
    });
    watchDrag(button, at, step);
    return button;
  }

  /** @param {HTMLElement} button @param {number} at @param {number} step */
  function watchDrag(button, at, step) {
    button.addEventListener("pointerdown", (event) => {
      button.setPointerCapture(event.pointerId);
      const start = event.clientX;
      const drag = (to) => {
        button.style.left = `${step * at + to.clientX - start}px`;
        button.classList.add("dragged");
      };
      const drop = (to) => {
        button.removeEventListener("pointermove", drag);
        button.classList.remove("dragged");
        const target = at + Math.round((to.clientX - start) / step);
        if (target === at) button.style.left = `${step * at}px`;
        else move(at, target);
      };
      button.addEventListener("pointermove", drag);
      button.addEventListener("pointerup", drop, { once: true });
      button.addEventListener("pointercancel", drop, { once: true });
    });
  }

  /** @param {number} from @param {number} to */
  function move(from, to) {
    const order = axesNow();
    const target = Math.min(Math.max(to, 0), order.length - 1);
    order.splice(target, 0, ...order.splice(from, 1));
    setAxes(order);
  }

  return { holder, place };
}
