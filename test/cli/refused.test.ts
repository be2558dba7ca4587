import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { build, chapter, Folder, vega, weekly } from "./program.js";

const folder = new Folder();

beforeAll(async () => {
  build();
  mkdirSync(folder.file("folder"));
  writeFileSync(folder.file("sales.csv"), weekly(120));
  writeFileSync(folder.file("empty.csv"), "");
  writeFileSync(folder.file("blank.csv"), "\n\n");
  writeFileSync(folder.file("header.csv"), "day,sales\n");
  writeFileSync(folder.file("numbers.csv"), "1,2\n3,4\n");
  writeFileSync(folder.file("twice.csv"), "a,a\n1,2\n");
  writeFileSync(folder.file("ragged.csv"), "a,b,c\n1,2,3\n4,5,6,7\n");
  writeFileSync(folder.file("quotes.csv"), 'a,b\n1,"2\n3,4\n');
  writeFileSync(
    folder.file("word.csv"),
    `day,sales\n${Array.from({ length: 9 }, (_, day) => `2020-01-0${day + 1},${day === 6 ? "many" : day}`).join("\n")}\n`,
  );
  writeFileSync(folder.file("duplicate.csv"), "day,sales\n2020-01-01,1\n2020-01-02,2\n2020-01-02,3\n");
  writeFileSync(folder.file("unsorted.csv"), "day,sales\n2020-01-01,1\n2020-01-03,2\n2020-01-02,3\n2020-01-04,3\n");
  writeFileSync(folder.file("uneven.csv"), "day,sales\n2020-01-01,1\n2020-01-02,2\n2020-01-05,3\n2020-01-09,3\n2020-02-20,4\n");
  writeFileSync(folder.file("ambiguous.csv"), "day,sales\n01/02/2020,1\n02/03/2020,2\n03/04/2020,3\n");
  writeFileSync(folder.file("baddate.csv"), "day,sales\n2020-01-01,1\n2020-02-30,2\n2020-03-01,3\n");
  writeFileSync(folder.file("texts.csv"), `id,sales\n${Array.from({ length: 30 }, (_, row) => `x${row},1`).join("\n")}\n`);
  writeFileSync(folder.file("huge.csv"), "day,sales\n2020-01-01,1\n2020-01-02,-1e308\n");
  writeFileSync(folder.file("tiny.csv"), "day,sales\n2020-01-01,0\n2020-01-02,1e-310\n");
  writeFileSync(folder.file("percent.csv"), "day,sales\n2020-01-01,5.5 %\n2020-01-02,6 %\n");
  writeFileSync(folder.file("titled.csv"), "# of the logger\nday,sales\n2020-01-01,5\n");
  writeFileSync(folder.file("total.csv"), `${weekly(60)}Total,900\n`);
  writeFileSync(folder.file("hourly.csv"), "time,load\n2021-03-28 00:00,1\n2021-03-28 01:00,2\n2021-03-28 03:00,3\n2021-03-28 04:00,3\n");
  writeFileSync(folder.file("outlier.csv"), weekly(120).replace(/(?<=2021-06-05,)[\d.]+/, "1e60"));
  for (const [of, name] of [
    ["theirs", "model.safetensors"],
    ["begun", "config.json"],
  ] as const) {
    mkdirSync(folder.file(of));
    writeFileSync(folder.file(`${of}/${name}`), "precious");
  }
  writeFileSync(folder.file("picture.png"), Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0, 0, 0));
  writeFileSync(folder.file("short.txt"), "Call me Ishmael.");
  const small = ["--hidden", "4", "--epochs", "1"];
  await folder.run(["train", "sales.csv", "--target", "sales", "--window", "8", "--out", "run", ...small]);
  writeFileSync(folder.file("begun/config.json"), readFileSync(folder.file("run/config.json")));
  await folder.run(["train", chapter(1), "--text", "--out", "text", ...small]);
});

afterAll(() => folder.dispose());

/** Command lines, their exit codes and the one sentence they are answered with. */
const refusals: [line: string, code: number, sentence: string][] = [
  ["", 2, "unrolled: the command must be one of train, predict, generate, eval, inspect, doctor, got none; unrolled --help has examples"],
  ["trian", 2, 'unrolled: the command must be one of train, predict, generate, eval, inspect, doctor, got "trian"; did you mean train?'],
  ["train", 2, "unrolled train: arguments must be FILE, got none; unrolled train --help has examples"],
  [
    "train sales.csv more.csv --target sales",
    2,
    "unrolled train: arguments must be FILE, got sales.csv more.csv; unrolled train --help has examples",
  ],
  ["train sales.csv --tagret sales", 2, "unrolled train: options must be known ones, got --tagret; did you mean --target?"],
  ["train sales.csv -x", 2, "unrolled train: options must be known ones, got -x; unrolled train --help lists them"],
  ["train sales.csv --target", 2, "unrolled train: --target must be followed by a value (COLUMN), got nothing"],
  ["train sales.csv --target --window 3", 2, "unrolled train: --target must be followed by a value (COLUMN), got --window"],
  [
    "train sales.csv",
    2,
    'unrolled train: --target must be the column to forecast, got nothing; the columns are "day", "sales"; or --text, to learn the file as a text',
  ],
  [
    "train sales.csv --target sales --hidden 2.5",
    2,
    'unrolled train: --hidden must be a whole number of at least 1 and at most 65536, got "2.5"',
  ],
  ["train sales.csv --target sales --lr -1", 2, 'unrolled train: --lr must be a number above 0, got "-1"'],
  ["train sales.csv --target sales --dropout 1", 2, 'unrolled train: --dropout must be a number of at least 0 and below 1, got "1"'],
  ["train sales.csv --target sales --cell lstn", 2, 'unrolled train: --cell must be one of lstm, gru, rnn, got "lstn"; did you mean lstm?'],
  [
    "train sales.csv --target sales --quantiles 0.1,9",
    2,
    'unrolled train: --quantiles must be shares between 0 and 1 with commas between them, got "0.1,9"',
  ],
  ["train sales.csv --target sales --text", 2, "unrolled train: --target must be left out for --text, got sales"],
  ["train sales.csv --target sales --embedding 3", 2, "unrolled train: --embedding must be left out for a series, got 3"],
  ["train sales.csv --target sales --where day", 2, 'unrolled train: --where must be COLUMN=VALUE, got "day"'],
  ["train sales.csv --target sales --json=yes", 2, "unrolled train: --json must be alone, got --json=yes"],
  [
    "train sales.csv --target sales --out run",
    2,
    "unrolled train: --out must be a folder without a run, got run; choose another, --overwrite replaces it, --resume run goes on with it",
  ],
  [
    "train sales.csv --target sales --out theirs",
    2,
    "unrolled train: --out must be a folder without a run, got theirs with a model.safetensors; choose another, --overwrite replaces it",
  ],
  ["train sales.csv --target sales --out sales.csv", 1, '--out: "sales.csv" must be a folder that can be written, got a file'],
  [
    "train sales.csv --target sales --out /proc/unrolled",
    1,
    '--out: "/proc/unrolled" must be a folder that can be written, got no such file or folder',
  ],
  [
    "train --resume begun",
    1,
    "begun: checkpoint.safetensors must be a file that can be read, got no such file or folder; training ended before the first save: train again, with --overwrite",
  ],
  [
    "predict begun sales.csv",
    1,
    "begun: model.safetensors must be a file that can be read, got no such file or folder; training ended before the first save: train again, with --overwrite",
  ],
  [
    "train --resume run --hidden 3",
    2,
    "unrolled train: --hidden must be left out with --resume, which goes on with what the run says, got 3",
  ],
  [
    "train sale.csv --target sales",
    1,
    'sale.csv: the file must be one that can be read, got no such file or folder; did you mean "sales.csv"?',
  ],
  ["train folder --target sales", 1, "folder: the file must be one that can be read, got a folder"],
  ["train empty.csv --target sales", 1, "empty.csv: the file must be one with something in it, got an empty one"],
  ["train blank.csv --target sales", 1, "blank.csv: the file must be a header and rows, got nothing"],
  ["train header.csv --target sales", 1, "header.csv: the file must be a header and rows, got the first row alone"],
  ["train numbers.csv --target 2", 1, "numbers.csv: the first row must be the names of the columns, got numbers (1, …); add a header line"],
  ["train twice.csv --target a", 1, 'twice.csv: names of columns must be different, got "a" twice; rename one in the first row'],
  ["train ragged.csv --target a", 1, "ragged.csv: row 3 must be of 3 cells as the header, got 4"],
  ["train quotes.csv --target a", 1, "quotes.csv: quotes of row 2 must be in pairs around a cell, got others"],
  [
    "train picture.png --target a",
    1,
    "picture.png: the file must be text, got a picture; --bytes reads any file, as a text model of bytes",
  ],
  ["train sales.csv --target Sales", 1, 'sales.csv: --target must be a column of the file, got "Sales"; did you mean "sales"?'],
  ["train sales.csv --target price", 1, 'sales.csv: --target must be a column of the file, got "price"; it has day, sales'],
  [
    "train word.csv --target sales",
    1,
    'word.csv: "sales" in row 8 must be a number, got "many"; empty cells and "NA" stand for missing values',
  ],
  ["train huge.csv --target sales", 1, 'huge.csv: "sales" in row 3 must be at most 1e+100 in size, got -1e+308; write it in another unit'],
  [
    "train tiny.csv --target sales",
    1,
    'tiny.csv: "sales" in row 3 must be at least 1e-100 in size, or 0, got 1e-310; write it in another unit',
  ],
  [
    "train percent.csv --target sales",
    1,
    'percent.csv: "sales" in row 2 must be a number, got "5.5 %"; write numbers alone, without signs of a unit',
  ],
  [
    "train titled.csv --target sales",
    1,
    "titled.csv: row 2 must be of 1 cell as the header, got 2; the header must be the first row, without a title or remarks above it",
  ],
  ["train total.csv --target sales", 1, 'total.csv: "day" in row 62 must be a date like "2024-11-25", got "Total"'],
  [
    "train hourly.csv --target load",
    1,
    "hourly.csv: dates must be 1 hour apart, got 1 row missing (first between 2021-03-28 01:00 and 2021-03-28 03:00, row 4); choose --missing interpolate, forward or drop",
  ],
  [
    "train sales.csv --target sales --window 8 --season 84",
    1,
    "sales.csv: the season must be shorter than the rows to learn from, of which there are 84, got 84; take a shorter --season",
  ],
  [
    "train sales.csv --target sales --window 8 --season 80 --base season",
    1,
    "sales.csv: the series must be at least 99 rows to learn from, for --base season and a season of 80, got 84; choose --base last or mean",
  ],
  [
    "train duplicate.csv --target sales",
    1,
    'duplicate.csv: dates in "day" must be different, got 2020-01-02 in rows 3 and 4; if it holds several series, choose one with --where COLUMN=VALUE',
  ],
  [
    "train unsorted.csv --target sales",
    1,
    'unsorted.csv: dates in "day" must be in order, got 2020-01-02 in row 4 after 2020-01-03; sort the file',
  ],
  [
    "train uneven.csv --target sales",
    1,
    'uneven.csv: dates in "day" must be the same distance apart, got 2020-01-01 and then 2020-01-02 in row 3; --date none takes the rows as evenly spaced',
  ],
  [
    "train ambiguous.csv --target sales",
    1,
    `ambiguous.csv: dates in "day" must be of one meaning, got "01/02/2020", whose day could be the month; say which with --date-format '%m/%d/%Y' or '%d/%m/%Y'`,
  ],
  ["train baddate.csv --target sales --date day", 1, 'baddate.csv: "day" in row 3 must be a date like "2024-11-25", got "2020-02-30"'],
  [
    "train texts.csv --target sales",
    1,
    'texts.csv: column "id" must be of numbers or of at most 20 different texts to be an input, got 30 texts; leave it out with --ignore id, or say with --inputs which columns to read',
  ],
  [
    "train sales.csv --target sales --window 200",
    1,
    "sales.csv: the series must be at least 303 rows for a window of 200 and a horizon of 1, got 120; take a smaller --window or --horizon",
  ],
  [
    "train sales.csv --target sales --window 8 --season 0 --base season",
    1,
    "sales.csv: the series must be one with a season, for --base season, got one without; choose --base last or mean, or say with --season after how many rows it repeats",
  ],
  [
    "train sales.csv --target sales --window 8 --season 60 --base seasonal-drift",
    1,
    "sales.csv: the series must be at least 131 rows to learn from, for --base seasonal drift and a season of 60, got 84; choose --base last or mean",
  ],
  ["train short.txt --text", 1, "short.txt: the text must be at least 200 characters, got 16"],
  ["train --resume nowhere", 1, "nowhere: the run must be a folder that train made, got no such file or folder"],
  [
    "predict folder sales.csv",
    1,
    "folder: config.json must be a file that can be read, got no such file or folder; train makes run folders: unrolled train --help",
  ],
  ["predict sales.csv sales.csv", 1, "sales.csv: the run must be a folder that train made, got a file"],
  [
    "predict text sales.csv",
    1,
    "text: the run must be a model of a time series, got one of a text; predict is for series, generate for texts",
  ],
  ["predict run header.csv", 1, "header.csv: the file must be a header and rows, got the first row alone"],
  [
    "predict run duplicate.csv",
    1,
    'duplicate.csv: dates in "day" must be different, got 2020-01-02 in rows 3 and 4; if it holds several series, choose one with --where COLUMN=VALUE',
  ],
  ["generate run", 1, "run: the run must be a model of a text, got one of a time series; generate is for texts, predict for series"],
  ["generate text --temperature hot", 2, 'unrolled generate: --temperature must be a number of at least 0, got "hot"'],
  ["eval text short.txt --season 7", 2, 'unrolled eval: --season must be left out for a text, got "7"'],
  ["inspect", 2, "unrolled inspect: arguments must be FOLDER FILE, got none; unrolled inspect --help has examples"],
  ["doctor now", 2, "unrolled doctor: arguments must be none, got now; unrolled doctor --help has examples"],
];

test("whatever is wrong is one sentence and the right exit code", async () => {
  // Some at a time: each is a process.
  const answers: unknown[] = [];
  for (let start = 0; start < refusals.length; start += 4) {
    const part = refusals.slice(start, start + 4).map(([line]) => folder.run(line === "" ? [] : line.split(" ")));
    answers.push(...(await Promise.all(part)));
  }
  expect(answers).toEqual(refusals.map(([, code, sentence]) => ({ code, stdout: "", stderr: `${sentence}\n` })));
});

test("an outlier among the rows that say when to stop is not learned around", async () => {
  const { code, stderr } = await folder.run(["train", "outlier.csv", "--target", "sales", "--window", "8", "--out", "outlier"]);
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /\ntrain: the validation loss before training must be finite, got (NaN|Infinity); .*look for outliers in the file\n$/,
  );
});

test("a model that has become no number is not taken for the best", async () => {
  const wild = "train sales.csv --target sales --window 40 --hidden 2 --epochs 1 --lr 1e30 --out wild".split(" ");
  const { code, stderr } = await folder.run(wild);
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/validation (NaN|Infinity)\n.*: best validation [\d.]+ in epoch 0\n/),
  });
});

describe("a run folder that is damaged", () => {
  const copy = (name: string, change: (config: Record<string, unknown>) => unknown) => {
    mkdirSync(folder.file(name), { recursive: true });
    for (const file of ["model.safetensors", "checkpoint.safetensors"])
      writeFileSync(folder.file(`${name}/${file}`), readFileSync(folder.file(`run/${file}`)));
    const config = JSON.parse(readFileSync(folder.file("run/config.json"), "utf8"));
    const changed = change(config);
    writeFileSync(folder.file(`${name}/config.json`), typeof changed === "string" ? changed : JSON.stringify(changed));
  };
  const answer = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await folder.run(args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(stderr).not.toMatch(/\bat .*:\d+:\d+/);
    return stderr.trimEnd();
  };

  test("by a config that is none", async () => {
    copy("broken", () => '{"format": 1, ');
    expect(await answer("predict", "broken", "sales.csv")).toBe(
      "broken: config.json must be JSON, got something else; the run is damaged: train again",
    );
    copy("broken", (config) => ({ ...config, framing: { ...(config["framing"] as object), window: "wide" } }));
    expect(await answer("predict", "broken", "sales.csv")).toBe(
      'broken: config.json: framing.window must be number, got "wide"; it is damaged: train again',
    );
  });

  test("by a later version", async () => {
    copy("later", (config) => ({ ...config, format: 2, unrolled: "9.1.0" }));
    expect(await answer("eval", "later", "sales.csv")).toMatch(
      /^later: the run must be of version [\d.]+ or older, got one of version 9\.1\.0; update unrolled, or train again$/,
    );
  });

  test("by weights of another model, by none, and by some that are cut off", async () => {
    copy("other", (config) => ({ ...config, model: { ...(config["model"] as object), hidden: 5 } }));
    expect(await answer("predict", "other", "sales.csv")).toMatch(
      /^other: model\.safetensors must be the one that belongs to config\.json, got another or a damaged one \(.+\); train again$/,
    );
    copy("cut", (config) => config);
    writeFileSync(folder.file("cut/model.safetensors"), readFileSync(folder.file("run/model.safetensors")).subarray(0, 500));
    expect(await answer("inspect", "cut")).toMatch(
      /^cut: model\.safetensors must be the one that belongs to config\.json, got another or a damaged one/,
    );
    writeFileSync(folder.file("cut/checkpoint.safetensors"), "x");
    expect(await answer("train", "--resume", "cut")).toMatch(
      /^cut: checkpoint\.safetensors must be the one that belongs to config\.json, got another or a damaged one/,
    );
  });

  test("by a file that has changed since", async () => {
    copy("moved", (config) => config);
    expect(await answer("train", "--resume", "moved", vega("stocks.csv"))).toMatch(
      /stocks\.csv: the file must be the one that the run began with, got another content; unrolled train --resume moved FILE takes it from elsewhere$/,
    );
  });
});

test("a reader that has enough ends it quietly, and a full disk is said", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is bash that puts the exit code in
  const head = await folder.shell('$UNROLLED generate text --length 100000 --seed 1 | head -c 5; echo " ${PIPESTATUS[0]}"');
  expect(head.stdout).toMatch(/ 0\n$/);
  expect(head.stderr).toBe("");
  const full = await folder.shell("$UNROLLED predict run sales.csv > /dev/full");
  expect(full).toMatchObject({ code: 1, stderr: "unrolled: standard output must be open for writing, got no space left on the disk\n" });
  const limited = await folder.shell(
    `ulimit -f 8; $UNROLLED train sales.csv --target sales --window 8 --hidden 32 --epochs 1 --out limited`,
  );
  expect(limited.code).toBe(1);
  expect(limited.stderr).toMatch(
    /\nlimited: checkpoint\.safetensors must be a file that can be written, got [^\n]*; what was there before is unchanged\n$/,
  );
});

test("a folder that cannot be made is said before training", async () => {
  const { code, stderr } = await folder.run(["train", "sales.csv", "--target", "sales", "--window", "8", "--out", "sales.csv/run"]);
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: '--out: "sales.csv/run" must be a folder that can be written, got a path through a file\n',
  });
});

test("a run whose file is gone is told where to find it", async () => {
  const config = JSON.parse(readFileSync(folder.file("run/config.json"), "utf8"));
  writeFileSync(
    folder.file("run/config.json"),
    JSON.stringify({ ...config, data: { ...config.data, file: "moved-away/series-of-last-year.csv" } }),
  );
  const { code, stderr } = await folder.run(["train", "--resume", "run"]);
  const hint = "unrolled train --resume run FILE takes it from elsewhere";
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: `moved-away/series-of-last-year.csv: the file must be one that can be read, got no such file or folder; ${hint}\n`,
  });
  const found = await folder.run(["train", "--resume", "run", "sales.csv"]);
  expect(found.code, found.stderr).toBe(0);
});
