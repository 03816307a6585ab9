import assert from "node:assert/strict";
import { test } from "node:test";
import { codeLines, tokensOf, withTemplates } from "../../kustomer_nb/widgets/lib/code_tokens.js";

const kinds = (line, state) => tokensOf(line, state).tokens.filter(({ kind }) => kind).map(({ kind, text }) => `${kind} ${text}`);

test("a line of JSON has its keys, values and brackets", () => {
  assert.deepEqual(kinds('  "uri": "http://a.b/{{id}}", "n": [-1.5e+3, true, null] }'), [
    'key "uri"',
    'string "http://a.b/{{id}}"',
    'key "n"',
    "bracket [",
    "number -1.5e+3",
    "literal true",
    "literal null",
    "bracket ]",
    "bracket }",
  ]);
});

test("what JavaScript allows is read too", () => {
  assert.deepEqual(kinds("uri: 'it\\'s', // why"), ["key uri", "string 'it\\'s'", "comment // why"]);
  assert.deepEqual(kinds("a /* b */ : `c`"), ["comment /* b */", "string `c`"]);
});

test("a comment and a template string go on over lines", () => {
  const { state } = tokensOf("{ /* from here");

  assert.equal(state, "comment");
  assert.deepEqual(kinds("to here */ 1", state), ["comment to here */", "number 1"]);
  assert.equal(tokensOf("`${a", "").state, "string");
  assert.deepEqual(kinds("b}` ,", "string"), ["string b}`"]);
  assert.deepEqual(kinds("b", "string"), ["string b"]);
});

test("the tokens of a line are the line", () => {
  for (const line of ['"open', "'a", "\\", "é{\u{1f600}]", "/*", "*/", "", "1.2.3-", '{"a":{"b":[{}]}}', "\t// `"]) {
    for (const state of ["", "comment", "string"]) {
      assert.equal(tokensOf(line, state).tokens.map(({ text }) => text).join(""), line);
    }
  }
});

test("templates in a string stand out", () => {
  const parts = withTemplates({ kind: "string", text: '"a {{{b}}} /#c.d[0]"' });

  assert.deepEqual(parts.filter(({ kind }) => kind === "template").map(({ text }) => text), ["{{{b}}}", "/#c.d[0]"]);
  assert.equal(parts.map(({ text }) => text).join(""), '"a {{{b}}} /#c.d[0]"');
});

test("a bracket knows the one that belongs to it, over lines and past strings", () => {
  const code = codeLines('{\n  "a": ["]", {}],\n  /* } */\n}');

  assert.deepEqual(code.bracketsOf(0, 0), [{ line: 0, column: 0 }, { line: 3, column: 0 }]);
  assert.deepEqual(code.bracketsOf(3, 0), [{ line: 3, column: 0 }, { line: 0, column: 0 }]);
  assert.deepEqual(code.bracketsOf(1, 7), [{ line: 1, column: 7 }, { line: 1, column: 15 }]);
  assert.deepEqual(code.bracketsOf(1, 8), []);
});

test("a bracket without another, or with a wrong one, has none", () => {
  assert.deepEqual(codeLines("{ [").bracketsOf(0, 0), []);
  assert.deepEqual(codeLines("{ ]").bracketsOf(0, 0), []);
});

test("an offset has a line and a column, and a line a start", () => {
  const code = codeLines("ab\n\ncd");

  assert.deepEqual([0, 2, 3, 4, 6].map((offset) => Object.values(code.placeOf(offset)).join(":")), ["0:0", "0:2", "1:0", "2:0", "2:2"]);
  assert.deepEqual([0, 1, 2, 9].map(code.startOf), [0, 3, 4, 4]);
});

test("only the lines that are asked for are cut into tokens", () => {
  const code = codeLines(Array.from({ length: 3000 }, (_, n) => `{"a": ${n}}`).join("\n"));
  const exec = RegExp.prototype.exec;
  let calls = 0;
  RegExp.prototype.exec = function (text) {
    calls += 1;
    return exec.call(this, text);
  };
  try {
    for (let line = 0; line < 60; line += 1) code.tokensAt(line);
  } finally {
    RegExp.prototype.exec = exec;
  }

  assert.ok(calls < 60 * 40, String(calls));
});

test("after an edit, lines before it are not cut again, and all are as in a new text", () => {
  const lines = ["{ // a", "/* b", "c */ 'd': 1,", "\x60e", "f\x60, g: [2]", "}"];
  const before = codeLines(lines.join("\n"));
  lines.forEach((_, line) => before.tokensAt(line));

  for (const [line, typed] of [
    [1, "b"],
    [2, "c 'd': 1,"],
    [4, "f"],
    [5, "/*"],
  ]) {
    const text = lines.with(line, typed).join("\n");
    const code = codeLines(text, before.statesTo(line));
    assert.deepEqual(
      lines.map((_, at) => code.tokensAt(at)),
      lines.map((_, at) => codeLines(text).tokensAt(at)),
    );
  }
});
