// @ts-check
import { make } from "./dom.js";

/** @typedef {"memory" | "env" | "keyring"} SecretPlace */

/**
 * A select of the places where a credential can be kept; its value is one of them.
 * @param {string} id
 * @param {string} whose what the file .env belongs to: "this folder", or "the project"
 */
export function secretPlaces(id, whose) {
  const select = make("select", { id });
  select.append(
    make("option", { value: "memory" }, "In memory, until the kernel stops"),
    make("option", { value: "env" }, `In the file .env of ${whose}`),
    make("option", { value: "keyring" }, "In the keyring of this computer"),
  );
  return { select, place: () => /** @type {SecretPlace} */ (select.value) };
}
