// @ts-check
import { make } from "./dom.js";
import { newId } from "./ids.js";

/**
 * A choice of a few, side by side: radios, so that it is one tab stop and arrow keys choose.
 * @param {string} label
 * @param {[value: string, title: string][]} options
 * @param {string} value
 * @param {(value: string) => void} [onChange] none where what is around it hears of the change
 */
export function segment(label, options, value, onChange) {
  const name = newId();
  const inputs = options.map(([key]) =>
    make("input", { type: "radio", name, value: key, checked: key === value, onchange: onChange && (() => onChange(key)) }),
  );
  const labels = options.map(([, title], index) => make("label", {}, inputs[index], make("span", {}, title)));
  const box = make("fieldset", { class: "knb-seg" }, make("legend", { class: "knb-hidden" }, label), ...labels);
  /** @param {string} chosen */
  const setValue = (chosen) => {
    for (const input of inputs) input.checked = input.value === chosen;
  };
  return { box, setValue };
}
