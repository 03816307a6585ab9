// Makes edits as the page makes them: reads cases from stdin, writes the entries after each edit of each case.
import { readFileSync } from "node:fs";
import { applyEdit } from "../../kustomer_nb/widgets/lib/form_edits.js";

const cases = JSON.parse(readFileSync(0, "utf8"));
const results = cases.map(({ fields, entries, edits }) => {
  let root = entries;
  return edits.map((edit) => (root = applyEdit(fields, root, edit)));
});
process.stdout.write(JSON.stringify(results));
