import assert from "node:assert/strict";
import { test } from "node:test";
import runBar from "../../kustomer_nb/widgets/run_bar.js";
import { FakeModel, mount } from "./page.js";

function bar(more = {}) {
  const traits = {
    actions: [],
    action: { name: "shop.find", short: "find", index: 0 },
    request_line: {},
    profiles: [],
    profile: { name: "sandbox", label: "the test shop", colour: "green", asks: "asks first", words: "POST need confirmation", hosts: "https://a.b" },
    modes: [],
    mode: "live",
    busy: {},
    head: { state: "idle", words: "Not run yet" },
    refusal: {},
    question: {},
    approvals: [],
    faults: [],
    ...more,
  };
  const model = new FakeModel(traits);
  const el = mount();
  const controller = new AbortController();
  runBar.render({ model, el, signal: controller.signal });
  return { model, chip: el.querySelector(".knb-profile"), controller };
}

test("the chip of the profile says what it is, and its name holds what is seen and the rest of it", () => {
  const { chip } = bar();

  assert.equal(chip.querySelector("b").textContent, "Profile: sandbox");
  assert.equal(chip.getAttribute("aria-label"), "Profile: sandbox, asks first. the test shop, POST need confirmation, https://a.b.");
});

test("without a profile the chip says that, and no empty parts", () => {
  const { chip } = bar({ profile: { name: "", label: "", colour: "grey", asks: "asks for remote hosts", words: "", hosts: "" } });

  assert.equal(chip.querySelector("b").textContent, "No profile");
  assert.equal(chip.getAttribute("aria-label"), "No profile, asks for remote hosts.");
});

test("an approval that holds is in the name too, and a profile that cannot be read leaves nothing odd", () => {
  const approvals = [{ action: "shop.find", profile: "sandbox", minutes: 15 }];

  assert.match(bar({ approvals }).chip.getAttribute("aria-label"), /^Profile: sandbox, asks in 15 min\. /);
  assert.equal(bar({ profile: {} }).chip.getAttribute("aria-label"), "No profile.");
});
