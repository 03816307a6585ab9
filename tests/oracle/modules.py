"""Modules as authors keep an app in, each of them valid JavaScript or TypeScript: by hand and by chance."""

import random

ACTION = """{
    name: 'kustomer.app.shop.find', description: 'd', type: 'rest_api',
    inputTemplate: {uri: 'https://x.com/{{id}}', method: 'GET', json: true},
    inputSchema: {type: 'object', properties: {id: {type: 'string'}}, additionalProperties: false},
    outputTemplate: {b: '/#body'}, sampleOutputContext: {b: {}},
  }"""


def module(member, before="", after="", start="export default"):
    """Return a module of an app with one member that is out of the ordinary."""
    return (
        f"{before}{start} {{\n  app: 'shop', version: '1.0', // ours\n  {member},\n"
        f"  actions: [{ACTION}],\n}}{after};\n"
    )


MODULES = {
    "a computed key of a template": module("[`${app}.title`]: 'Shop'", "const app = 'shop';\n"),
    "a computed key of a string": module("['a.b']: 'x'"),
    "a computed key of a sum over lines": module("['a'\n  + '.b']:\n  'x'"),
    "computed keys in a row": module("['a']: 1, ['b']: {['c']: [2]}, d: 3"),
    "a computed method": module("['a' + 1]() { return {b: 1}; }"),
    "a template string": module("title: `Shop`"),
    "a template string with a hole": module("title: `${name} shop`", "const name = 'a';\n"),
    "a template string in a template string": module("title: `a${`b${1 + 1}`}c`"),
    "a template string over lines": module("title: `one\n  two: 'three',\n\t{{{x}}} \\` end`"),
    "a long template string over lines": module("title: `" + "one: two,\n" * 300 + "`"),
    "a tagged template": module("title: String.raw`\\d{{x}}`"),
    "a spread": module("...base, title: 'Shop'", "const base = {title: 'a', tags: [1]};\n"),
    "a spread of a call": module("...make({a: 1}, [2])", "const make = (a, b) => ({...a, b});\n"),
    "spreads in an array": module("tags: [...more, 'b', ...more]", "const more = ['a'];\n"),
    "a call": module("title: String('Shop')"),
    "a call over lines": module("title: ['a', 'b']\n    .map((part) => part.toUpperCase())\n    .join(', ')"),
    "a method of an array": module("title: ['a', 'b'].join(',')"),
    "a method of a string": module("title: 'a,b'.split(',')"),
    "a method of a number": module("title: 1..toFixed(2)"),
    "an item of an object": module("title: {a: 'x'}['a']"),
    "a member of an object": module("title: {a: {b: 'x'}}.a.b"),
    "an item of an array": module("title: ['x', 'y'] [1]"),
    "optional chaining": module("title: base?.a?.[0] ?? 'x'", "const base = {};\n"),
    "an arrow function": module("title: 'a', onLoad: () => { return {a: [1, 2], b: `}`}; }"),
    "an async arrow function": module("title: 'a', onLoad: async (a, {b}) => a ?? b"),
    "a ternary": module("title: flag ? 'a' : 'b'", "const flag = true;\n"),
    "a ternary over lines": module("title: flag\n    ? 'a'\n    : {b: 1}", "const flag = false;\n"),
    "a ternary of a string": module("title: 'a' ? 'b' : 'c'"),
    "a sum of strings": module("title: 'a' + 'b' + '{{c}}'"),
    "a sum of strings without blanks": module("title: 'a'+'b', tags: ['c'+'d']"),
    "a sum of strings over lines": module("title: 'a'\n    + 'b' // c\n    + 'd'"),
    "a sum over lines with comments": module("title: 'a' /* b */\n    // c\n    + 'd'"),
    "a comparison": module("title: 1 !== 2, tags: [1 === 1, 2 > 1 && 3]"),
    "a logical default": module("title: {} || [], tags: null ?? ['a']"),
    "in and instanceof": module("title: 'a' in {a: 1}, tags: [[] instanceof Array]"),
    "new": module("title: new Date(0), tags: new Set(['a']).size"),
    "a regular expression": module("title: /[\"'{]+,(a|b)\\/}/gi.source, tags: /}/"),
    "a division": module("title: 6 / 2, tags: (1 + 2) / 3"),
    "comments of both kinds": "// one, {a: '\n/* two } */\n" + module("title /* a */ : /* b, */ 'x' // c\n "),
    "a comment that looks like an export": module(
        "title: 'a'", "const a = 1; // export default {b: 1,, c}\n"
    ),
    "a string that looks like an export": module("title: 'a'", "const a = 'export default {b: 1}';\n"),
    "a getter and a setter": module(
        "get title() { return 'Shop'; }, set title(a) {}, get [1]() { return 2; }"
    ),
    "a getter named get": module("get: 1, set: 2, async: 3, static: 4"),
    "shorthand methods": module("title() { return 1; }, async load(a, b) {}, *each() { yield 1; }"),
    "an async generator": module("title: 'a', async *each() { yield {a: 1}; }"),
    "a method with a quoted name": module("'on-load'() { return 'a'; }"),
    "shorthands": module("title, tags", "const title = 'a', tags = ['b'];\n"),
    "numeric separators": module("title: 1_000, tags: [1_0.5_0]"),
    "numbers of other bases": module("title: 0xFF, tags: [0b11, 0o17, .5, 5., 1E3, -0x1, +1, - 1]"),
    "numbers for keys": module("1: 'a', 0x10: 'b', 1.50: 'c', .5: 'd', 1e3: 'e'"),
    "trailing commas": module("title: 'a', tags: ['a', ['b',],], more: {a: 1,}"),
    "holes in an array": module("title: [1,,2], tags: [,], more: [1,,]"),
    "single quotes": module("title: 'a \"b\" \\'c\\' {{{d}}}'"),
    "escapes": module("title: 'a\\x41\\u{1F600}\\\n b \\q'"),
    "a long string over lines": module("title: 'a" + "b\\\n" * 1500 + "'"),
    "names with dollars and of other scripts": module("$a: 1, _b$: 2, título: 3, 名前: 4, \\u0061b: 5"),
    "reserved words for keys": module("default: 1, new: 2, class: 3, in: 4, as: 5, null: 6"),
    "NaN and Infinity": module("title: NaN, tags: [-Infinity, Infinity], more: undefined"),
    "void and typeof": module("title: void 0, tags: typeof 'a'"),
    "a comma in brackets": module("title: (1, 'a')"),
    "a class": module("title: new (class { toJSON() { return 'a'; } })()"),
    "a function that is called": module("title: (function () { return {a: ['b']}; })()"),
    "objects before the export": module("settings: S", "const S = {default: {token: {type: 'secret'}}};\n"),
    "objects and functions before it": module(
        "title: f({a: 1}), settings: S",
        "const S = {a: [1, 2]};\nfunction f({a}) { if (a) { return /}/.source; } return `}`; }\n",
    ),
    "a constant that is exported": "const base = {a: 1};\n"
    + module("title: 'a'", start="const app =")
    + "export default app;\n",
    "a constant that is exported before": "export default app();\n"
    + module("title: 'a'", start="function app() { return")
    + "}\n",
    "an import": "import { sep } from 'node:path';\n\n" + module("title: sep"),
    "code behind the export": module("title: 'a'") + "export const b = {c: 1}, d = [2];\n",
    "a frozen object": module("title: 'a'", start="export default Object.freeze(", after=")"),
    "a method of what is exported": module("title: 'a'", start="export default [", after="].map((a) => a)"),
    "an object in parentheses": module("title: 'a'", start="export default (", after=")"),
    "an array": f"export default [{ACTION}, {ACTION},];\n",
    "Windows line ends": module("title: 'a'\r\n  + 'b'").replace("\n", "\r\n"),
}
SHOP = "const app = 'shop', version = 2;\n"
# ruff: noqa: E501 - a case is read on one line
CONSTANTS = {
    "a name": module("title: app", SHOP),
    "a template of a name": module("title: `kustomer.app.${app}.find${version}`", SHOP),
    "sums of names": module(
        "title: app + '.' + version + `!${app}`, tags: [app + 1, 1 + app, (app + 'b')]", SHOP
    ),
    "a name of a name": module("title: full", SHOP + "const full = `${app}.x`, other = full + 'y';\n"),
    "computed keys of names": module("[`${app}.title`]: 'Shop', [app]: {[app + version]: [app]}", SHOP),
    "shorthands of constants": module("title, tags", "const title = 'a'\nconst tags = ['b', title]\n"),
    "members of constants": module(
        "title: S.a.b, tags: [S['c'][1], S[k].b]", "const k = 'a', S = {a: {b: 'x'}, c: [1, 2]};\n"
    ),
    "a constant in a constant": module(
        "settings: S", "const T = {type: 'secret', x: [1]};\nconst S = {default: {token: T, u: T.x}};\n"
    ),
    "a constant that is changed": module("settings: S", "const S = {a: {b: 1}};\nS.a.b = 2;\n"),
    "a constant that is changed in a call": module("tags: S", "const S = [1];\nS.push(2);\n"),
    "a constant that is changed by another name": module(
        "settings: S", "const S = {a: {b: 1}}, T = S.a;\nT.b = 2;\n"
    ),
    "a constant that is changed by a function": module(
        "settings: S", "const S = {a: 1};\nfunction f() { S.a = 2; }\nf();\n"
    ),
    "a constant that is passed on": module("settings: S", "const S = {a: 1};\nObject.assign(S, {a: 2});\n"),
    "a constant that is changed in the export": module(
        "tags: [[S].map((x) => { x.a = 2; return 1; }), S]", "const S = {a: 1};\n"
    ),
    "a constant that is only read": module(
        "settings: S", "const S = {a: 1};\nconsole.log(S, S.a);\nif (S.a === 1) console.log(S.a);\n"
    ),
    "members that are read": module(
        "settings: S, title: `${S.a}/x`, tags: [S.c.d]",
        "const S = {a: 'x', c: {d: 1}};\nlet n = S.a;\nString(S.a);\nconst { a } = S, u = S.a.concat(S['a']);\n"
        "function f() { return [S.a, S.c.d.toFixed(2)]; }\nnew Set([S.a]); f(S.a, S.c.d);\n",
    ),
    "members that are assigned to": module(
        "settings: S",
        "const S = {a: 'x', b: 1, c: {d: 1}};\n[S.a] = ['y'];\nfor (S.b of [2, 3]);\n({e: S.c.d} = {e: 5});\n",
    ),
    "a member that is deleted": module("settings: S", "const S = {a: 'x', b: 1};\ndelete S.a;\n"),
    "a member that is passed on": module(
        "settings: S", "const S = {a: {b: 1}};\nObject.assign(S.a, {b: 2});\n"
    ),
    "undefined members": module(
        "title: undefined, tags: [undefined, 1], more: {a: undefined, b: {c: undefined}}"
    ),
    "an undefined constant": module(
        "settings: S, title: S.b", "const S = {a: undefined, b: 'x', a: undefined};\n"
    ),
    "a member that becomes undefined": module("x: 1, x: undefined, y: undefined, y: 2"),
    "a constant without its semicolon": module(
        "title: a, tags: b", "const a = 'x'\nconst b = ['y']\nfunction f() {}\n"
    ),
    "a constant over lines": module("title: a", "const a = 'x' // one\n  + 'y'\n  + `z`\n"),
    "a variable": module("title: a", "let a = 'x'; a = 'y';\n"),
    "a constant of a call": module("title: a, tags: [b + 'x']", "const a = 'x'.repeat(2), b = String(1);\n"),
    "a name within a function": module(
        "title: f()", "const a = 'x';\nfunction f() { const a = 'y'; return a; }\n"
    ),
    "an exported constant that is changed": "const app = {app: 'shop', tags: []};\napp.tags.push('a');\nexport default app;\n",
    "an exported constant that gets a key": "const app = {app: 'shop'};\napp.tags = ['a'];\nexport default app;\n",
    "an exported name in braces": "const S = {a: 1};\n"
    + module("settings: S", start="const app =")
    + "export { app as default };\n",
    "a template over Windows lines": module("title: `a\r\nb`"),
    "a constant of a template over lines": module("title: a", "const a = `x\n${1}\n`;\n"),
    "numbers in templates": module("title: `${1.50}${0xFF}${1e21}${-0.5}${true}${null}`"),
    "a member that is missing": module("title: S.b, tags: [S.a.length]", "const S = {a: 'x'};\n"),
    "keys of numbers": module("title: S[1], tags: S['1']", "const S = {1: 'x'};\n"),
    "a spread in a constant": module("title: S.a, settings: S", "const R = {a: 2}, S = {a: 1, ...R};\n"),
    "escapes in constants": module("title: a + b", "const a = 'it\\'s\\n', b = `\\u0041\\``;\n"),
}
COMMON_JS = {
    "module.exports": module("title: ['a'].join()", start="module.exports ="),
    "exports of both names": module("['a']: 1", start="module.exports = exports ="),
    "a strict script": module(
        "title: `${1}`", "'use strict';\nconst S = {a: 1};\n", start="module.exports ="
    ),
    "a script of the shell": module("title: 'a'", "#!/usr/bin/env node\n", start="module.exports ="),
    "requires": module(
        "...S", "const path = require('path');\nconst S = {a: path.sep};\n", start="module.exports ="
    ),
    "a constant that is exported": SHOP + module("title: app", start="const a =") + "module.exports = a;\n",
    "an export that is changed": SHOP
    + module("title: app", start="module.exports =")
    + "module.exports.tags = [1];\n",
    "an octal number": module("title: 010", start="module.exports ="),
    "a compiled module": '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n'
    + module(
        "title: a", "exports.default = void 0;\nconst a = 'x', S = {b: 1};\n", start="exports.default ="
    ),
    "a compiled module of a constant": "const S = {b: 1};\n"
    + module("title: 'a'", start="const app =")
    + "exports.default = app;\n",
    "a compiled module that is changed": module("title: 'a'", start="exports.default =")
    + "exports.default.tags = [1];\n",
    "a default beside the export": "const S = {b: 1};\n"
    + module("title: 'a'", start="module.exports =")
    + "module.exports.default = S;\n",
    "an object around the definition": module("title: 'a'", start="const app =")
    + "module.exports = { app };\n",
}
TYPE_SCRIPT = {
    "as const": module("title: 'a' as const, tags: ['a', 'b'] as const, more: {a: 1} as const"),
    "satisfies": module("title: 'a' satisfies string", after=" satisfies Record<string, unknown>"),
    "a cast with arguments": module("title: {a: 1} as Record<string, Map<string, number>>, tags: ['a']"),
    "a typed constant": "interface App { app: string }\n"
    + module("title: 'a'", start="const app: App & Record<string, any> =")
    + "export default app;\n",
    "a cast in front": module("title: <string>'a', tags: [<any>{a: 1}]"),
    "a cast in front of the export": module(
        "title: 'a'", "const S = {b: 1};\n", start="export default <any>"
    ),
    "a cast in front of a constant": module("title: 'a'", start="const app = <Record<string, any>>")
    + "export default app;\n",
    "casts in front of arrays and constants": module(
        "title: b, tags: <string[]>['a', 'b'], more: <Map<string, {a: () => void}>>{a: [1]}, x: a",
        "const a = <number[]>[1, 2], b = <string>'x' + `y`;\n",
    ),
    "an assertion": module("title: base!.a", "const base: {a: string} | null = {a: 'b'};\n"),
    "typed methods": module(
        "title<T>(a: T): {b: T} { return {b: a}; }, get tags(): string[] { return ['a']; }"
    ),
    "an enum before it": module("title: Kind.A", "enum Kind { A = 'a', B = 'b' }\n"),
    "constants with types": module(
        "title: a, tags: S, more: S.b as string",
        "type T = {b: string};\nconst a: string = 'x' as const, S: T & Record<string, any> = {b: `${a}`} as const\n",
    ),
    "types of everything": "import type { KApp } from './kapp';\nconst S = ['a'] as const satisfies readonly string[];\n"
    + module(
        "title: 'a' as string | undefined, tags: S, more: {b: [1] as number[]} as unknown as KApp['more']",
        start="const app: KApp =",
    )
    + "export default app satisfies KApp;\n",
    "a cast of what is exported": "const a = 'x' as string\n" + module("title: a", after=" as KApp"),
    "a type that looks like an object": module("title: 'a'", "type A = {app: string, actions: [1, 2]};\n"),
}
CASES = [
    *((name, ".mjs", text) for name, text in (MODULES | CONSTANTS).items()),
    *((name, ".cjs", text) for name, text in COMMON_JS.items()),
    *((name, ".ts", text) for name, text in TYPE_SCRIPT.items()),
]

BEFORE = """import { sep } from "node:path";
const base = 'https://x.com', flag = true, list = ["a", 'b'];
const more = {extra: 1, "x-y": [2]}; /* } */
function f(...values) { return values[0] ?? `}${values.length}`; }
class Kind { constructor(value) { this.value = value; } toJSON() { return this.value; } }
const shop = `shop`
const url = base + `/${shop}`, size = 2
const inner = {[shop]: {type: 'secret', x: [size, url]}, list: ['a', {b: shop}], size}
const outer = {inner, more: inner[shop].x, [`${shop}.y`]: inner.list[1].b}, changed = {a: {b: 1}}
changed.a.b = 3
"""
# What may follow the declarations: code that only reads, and code that changes.
STATEMENTS = [
    "console.log(more.extra, inner.size);", "f(outer.more.length, base);", "{ const part = inner.list[0].concat('x'); }",
    "{ let other = outer['more']; }", "if (inner.size > 1) f(inner.size.toFixed(1));", "{ const { extra } = more; }",
    "[changed.a.b] = [4];", "delete more.extra;", "for (more.extra of [5]);", "inner.list[1].b = 'y';",
    "f(String(inner.list[0]), `${more.extra}`);", "(() => { more.extra = 7; })();", "Object.keys(outer);",
]  # fmt: skip
CASTS = ["<any>", "<string>", "<Record<string, any>>", "<readonly (string | number)[]>", "<{a: () => void}>"]
NAMES = ["a", "$b", "_c", "título", "default", "get", "in", "'d-e'", '"f g"', "`x`", "1", "0x1F", "1.50"]
STRINGS = [
    "'a'", '"b"', "'it\\'s'", '"{{x}}"', "'https://x.com/{{id}}'", "'/#x'", '"a, b: {"', "'}]'", "'//'",
    '"/*"', "`c`", "`{{y}}\n  'z',`", "'“q”'", "'\\x41\\\n'", '"${x}"',
]  # fmt: skip
LITERALS = [*STRINGS, *STRINGS, "1", "-2.5e3", "0xFF", "1_000", ".5", "true", "null", "undefined", "NaN"]
EXPRESSIONS = [
    "base + '/orders/{{{id}}}'", "base\n + '/{{id}}' // x\n + `/`", "`${base}/{{id}}`",
    "`${`${flag}`}{{x}}`",
    "flag ? 'a' : {b: 1}", "flag\n  ? ['a']\n  : `b`", "f({a: 1}, [2])", "f`a${1}`",
    "f('a', (b) => ({c: b}))",
    "['a', 'b'].join(', ')", "[1, 2]\n  .map((x) => x * 2)", "{a: 1}.a", "{a: [1]}['a'][0]", "'a'.repeat(2)",
    "'a' + 'b'", "'a'+\"b\"", "1 + 2", "6 / 2 / 3", "/[/'\"]}/g.source", "'a'.replace(/[,}]/g, '`')",
    "new Kind('a')",
    "list?.[0]", "more?.extra ?? 'x'", "[...list, 'c']", "{...more, z: 1}", "{[base]: 1}", "{more, list}",
    "() => { return {a: 1}; }", "async () => {}", "function () { return '}'; }", "(1, 'a')", "(flag && 'b')",
    "!flag", "typeof base", "void 0", "[1,,2]", "[,]", "1 !== 2", "'a' in more", "-Infinity", "list.length",
    "{get a() { return 'b'; }}", "{m() { return 1; }, n: 2}", "{async *g() {}}",
    "{'q'() {}}",
    "{[`k`]() {}, l: 3}", "shop", "url", "size", "inner", "outer", "inner[shop]", "outer.inner.list[1]",
    "changed", "changed.a.b", "{[shop]: shop, [url + size]: 1}", "{shop, url, inner, changed}",
    "`${url}/{{x}}?${size}`", "url + '/{{x}}' + size", "outer['more'][0]", "size + size", "`${size}` + size",
    "outer.nothing", "inner.list.length", "(url + '/a')", "[shop, ...inner.list, inner]", "{...inner, a: shop}",
    "f(inner)", "inner?.list", "inner.list.map((x) => x)",
]  # fmt: skip
GAPS = ["", "", "", " ", "\n  ", "// x, {'\n", "/* ` */", "\t", "\r\n", "/* a: 1,, */ "]
STARTS = [
    "export default", "export default", "const app =", "module.exports =", "exports =", "exports.default =",
]  # fmt: skip


class RandomModules:
    """Makes modules by chance; the same seed makes the same ones."""

    def __init__(self, seed):
        self.chance = random.Random(seed)
        self.one_of = self.chance.choice
        self.is_typed = False

    def module(self):
        """Return a module and the end of its file's name."""
        start = self.one_of(STARTS)
        is_common = "exports" in start
        self.is_typed = not is_common and self.chance.random() < 0.3
        before = BEFORE.replace("import { sep } from", "const { sep } = require(").replace(
            'path";', 'path");'
        )
        before = self.one_of(["", before if is_common else BEFORE])
        if before and self.chance.random() < 0.5:
            before += ";" + "".join(f"{self.one_of(STATEMENTS)}\n" for _ in range(self.one_of([1, 1, 2])))
        value = self.cast() + self.app(has_names=bool(before))
        text = f"{before}{self.gap()}{start}{self.gap()}{value}{self.gap()};{self.gap()}"
        if start == "const app =":
            text += "\nexport default app;\n"
        text = text if start != "exports =" else text.replace("exports =", "module.exports = exports =")
        return (".cjs" if is_common else ".ts" if self.is_typed else ".mjs"), text

    def cast(self):
        """Return the cast in front of a value, empty outside of TypeScript."""
        return self.one_of(CASTS) if self.is_typed and self.chance.random() < 0.3 else ""

    def app(self, *, has_names):
        expressions = EXPRESSIONS if has_names else ["'a' + 'b'", "['a'].join()", "{a: 1}.a", "/}/.source"]
        members = [
            "app: 'shop'", "version: '1.0'", f"title: {self.value(expressions, 0)}",
            f"settings: {self.value(expressions, 2)}", f"actions: [{self.action(expressions)}]",
            *(self.member(expressions, 2) for _ in range(self.one_of([0, 1, 3]))),
        ]  # fmt: skip
        self.chance.shuffle(members)
        return self.joined("{", members, "}")

    def action(self, expressions):
        request = [
            f"uri: {self.one_of(['https_x', *expressions])}".replace("https_x", "'https://x.com/{{id}}'"),
            "method: 'GET'",
            f"headers: {{authorization: 'Bearer {{{{token}}}}', a: {self.value(expressions, 1)}}}",
            f"data: {self.value(expressions, 2)}", "jsn: true",
        ]  # fmt: skip
        return self.joined(
            "{",
            [
                "name: 'kustomer.app.shop.find'",
                "type: 'rest_api'",
                f"inputTemplate: {self.joined('{', request, '}')}",
                "inputSchema: {type: 'object', properties: {}}",
            ],
            "}",
        )  # fmt: skip

    def value(self, expressions, depth):
        if self.chance.random() < 0.3:
            return self.one_of(expressions)
        if depth == 0 or self.chance.random() < 0.4:
            return self.cast() + self.one_of(LITERALS)
        count = range(self.one_of([0, 1, 2, 4]))
        if self.chance.random() < 0.5:
            return self.cast() + self.joined("[", [self.value(expressions, depth - 1) for _ in count], "]")
        return self.cast() + self.joined("{", [self.member(expressions, depth - 1) for _ in count], "}")

    def member(self, expressions, depth):
        name = self.one_of(NAMES)
        name = f"[{name}]" if name.startswith("`") else name
        return f"{name}{self.gap()}:{self.gap()}{self.value(expressions, depth)}"

    def joined(self, opening, items, closing):
        commas = ("," + self.gap() + item for item in items)
        inner = "".join(commas)[1:]
        trailing = "," if items and self.chance.random() < 0.3 else ""
        return f"{opening}{self.gap()}{inner}{self.gap()}{trailing}{self.gap()}{closing}"

    def gap(self):
        return self.one_of(GAPS)

    def slip(self, text):
        """Return a module in which a few characters were lost, doubled or exchanged."""
        for _ in range(self.one_of([1, 1, 2])):
            at = self.chance.randrange(len(text))
            new = self.one_of(["", "", text[at] * 2, *",'\"`}]: \n“#a"])
            text = text[:at] + new + text[at + 1 :]
        return text
