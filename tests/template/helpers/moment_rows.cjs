// The values of moment.json: npm install moment@2.30.1 && TZ=UTC node moment_rows.cjs > moment.json
const moment = require("moment");

const INSTANTS = ["2034-01-01T00:00:00.000Z", "2024-12-30T23:59:59.999Z", "1969-02-28T12:05:09.040Z"];
const TOKENS =
  "Y YY YYYY YYYYY YYYYYY y yy yyy yyyy yo N NNNN NNNNN M MM MMM MMMM Mo D DD Do DDD DDDD DDDo d dd ddd " +
  "dddd do e E w ww wo W WW Wo gg gggg ggggg GG GGGG GGGGG Q Qo H HH h hh k kk m mm s ss S SS SSS SSSS " +
  "SSSSSSSSS a A Z ZZ z zz x X L LL LLL LLLL l ll lll llll LT LTS Hmm hmm Hmmss hmmss";
const PATTERNS = [
  "", "[today is] dddd", "\\YYYYY", "\\LL", "[[]", "[]", "[a", "LLLLL", "w| W|", "a\nb", "[a\nb]", "é[é]", "dddd, MMMM Do YYYY",
];
const DATES = [
  "2034-01-31T10:20:30.0019+02:00", "2034-06-15 10:20", "2034-06-15T10:20:30,25 Z", "20340615T102030-0530",
  "2034-06", "203406", "2034", "2034-166", "2034166", "2034-W24-4", "2034W244", "2034-W24", "2020-W53-7",
  "2034-W53-1", "2034-W00-1", "2034-W24-0", "2034-02-29", "2032-02-29", "2034-13-01", "2034-366", "2034-000",
  "2034-06-15T24:00", "2034-06-15T24:01", "2034-06-15T23:60", "2034-06-15T10:20:60", "2034-06-15T10:20:30.99999999999999999999", " 2034-06-15T10+02",
  "+012034-06-15", "-000001-06-15", "+0120340615", "Tue, 15 Nov 1994 08:12:31 GMT", "15 Nov 94 08:12 -0500",
  "15 Nov 34 08:12 EDT", "Mon, 15 Nov 1994 08:12:31 GMT", "31 Feb 1994 08:12:31 Z", "Never", "", null, true,
  0, -1.7, 8.64e15, 8.64e15 + 2, -62198755200000,
];
const write = (value, pattern) => [value, pattern, moment(value).format(pattern)];
const rows = [
  ...TOKENS.split(" ").map((token, index) => write(INSTANTS[index % 3], token)),
  ...PATTERNS.map((pattern) => write(INSTANTS[0], pattern)),
  ...DATES.map((value) => write(value, "YYYY-MM-DDTHH:mm:ss.SSS")),
  ...INSTANTS.flatMap((value) => ["gggg-ww e", "GGGG-WW E", "DDDo Qo", "hh k a"].map((one) => write(value, one))),
];
const made = "npm install moment@2.30.1 && TZ=UTC node moment_rows.cjs > moment.json";
console.log(`{"made": ${JSON.stringify(made)}, "rows": [\n${rows.map((row) => JSON.stringify(row)).join(",\n")}\n]}`);
