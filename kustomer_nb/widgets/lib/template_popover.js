// @ts-check
import { make } from "./dom.js";
import { KEYS } from "./keys.js";
import { focusIn, originCard } from "./origin_popover.js";
import { closeOnEscape, isShown, place } from "./popover.js";

/** @import { chipField } from "./chip_field.js" */
/** @import { Piece } from "./json_view.js" */
/** @typedef {ReturnType<typeof chipField>} ChipField */
/** @typedef {{ chip: ChipField, at: string, index: number, isHovered: boolean, goesIn: boolean }} Asked */

const LEAVE_AFTER = 160;

/**
 * What there is to say of a template in a text field, and its fixes: where the caret rests in one that has any, and
 * wherever the pointer rests. Tab and Ctrl+. go into it, Escape back.
 * @param {{ ask: (at: string, index: number) => void, fix: (at: string, id: string) => void }} options
 */
export function templatePopover({ ask, fix }) {
  const box = make("div", { class: "knb-pop knb-xray", popover: "manual", role: "dialog", "aria-label": "Template" });
  /** @type {Asked | null} */
  let asked = null;

  const hide = () => {
    asked?.chip.field.removeAttribute("aria-description");
    asked = null;
    if (box.isConnected && isShown(box)) box.hidePopover();
  };
  const isUsed = () => box.matches(":hover") || box.contains(document.activeElement);
  const hideSoon = () =>
    setTimeout(() => {
      const isInField = asked !== null && !asked.isHovered && document.activeElement === asked.chip.field;
      if (!isUsed() && !isInField) hide();
    }, LEAVE_AFTER);
  const back = () => {
    const field = asked?.chip.field;
    hide();
    field?.focus();
  };
  /** @param {Asked} next */
  const look = (next) => {
    const isSame = asked?.chip === next.chip && asked.index === next.index && isShown(box);
    asked = { ...next, goesIn: next.goesIn || (isSame && Boolean(asked?.goesIn)) };
    ask(next.at, next.index);
  };
  box.addEventListener("pointerleave", hideSoon);
  box.addEventListener("focusout", hideSoon);
  closeOnEscape(box, back);
  return {
    hide,
    /**
     * The caret or the pointer rests in a template, the number of which is `index`.
     * @param {ChipField} chip
     * @param {string} at
     * @param {number} index
     * @param {boolean} isHovered
     */
    rest(chip, at, index, isHovered) {
      if (!box.contains(document.activeElement)) look({ chip, at, index, isHovered, goesIn: false });
    },
    /** Neither rests in a template. */
    leave() {
      if (!isUsed()) hide();
    },
    /**
     * A key in the field; returns whether it was for the popover.
     * @param {KeyboardEvent} event
     * @param {ChipField} chip
     * @param {string} at
     */
    press(event, chip, at) {
      if (KEYS.isMenu(event) && chip.template >= 0) {
        look({ chip, at, index: chip.template, isHovered: false, goesIn: true });
        return true;
      }
      if (event.key !== "Escape" || !isShown(box)) return false;
      hide();
      return true;
    },
    /**
     * Python answered.
     * @param {string} at where its row was drawn
     * @param {number} index
     * @param {Partial<Piece>} piece
     */
    show(at, index, piece) {
      if (asked?.at !== at || asked.index !== index) return;
      const { chip, isHovered, goesIn } = asked;
      const anchor = chip.chipAt(index);
      const fixes = piece.f ?? [];
      if (!anchor || !piece.k || (fixes.length === 0 && !isHovered && !goesIn)) {
        hide();
        return;
      }
      if (fixes.length > 0) chip.field.setAttribute("aria-description", `${KEYS.mod}.: ${fixes.map(([, title]) => title).join(", ")}`);
      const choose = (/** @type {string} */ id) => {
        back();
        fix(at, id);
      };
      box.replaceChildren(...originCard({ x: "", ...piece }, "", null, choose));
      if (box.parentNode !== chip.box) chip.box.append(box);
      if (!isShown(box)) box.showPopover();
      place(box, anchor);
      if (goesIn) focusIn(box);
    },
  };
}
