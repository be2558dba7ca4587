import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { io } from "unrolled";
import { afterAll, beforeAll, expect, test } from "vitest";
import { build, Folder, rowsOf, vega, weekly } from "./program.js";

const folder = new Folder();

/** Small and short, but enough to learn a season. */
const QUICK = ["--window", "14", "--hidden", "12", "--epochs", "12"];

beforeAll(async () => {
  build();
  writeFileSync(folder.file("sales.csv"), weekly(300));
  const { code, stderr } = await folder.run([
    "train",
    "sales.csv",
    "--target",
    "sales",
    "--horizon",
    "5",
    "--quantiles",
    "0.1,0.9",
    "--out",
    "sales",
    ...QUICK,
  ]);
  expect(code, stderr).toBe(0);
});

afterAll(() => folder.dispose());

test("a run folder has all that is promised, and the report leads nowhere", () => {
  for (const name of ["model.safetensors", "config.json", "metrics.csv", "report.html", "checkpoint.safetensors"]) {
    expect(existsSync(folder.file(`sales/${name}`)), name).toBe(true);
  }
  const config = JSON.parse(readFileSync(folder.file("sales/config.json"), "utf8"));
  expect(config).toMatchObject({
    format: 1,
    task: "series",
    quantiles: [0.1, 0.5, 0.9],
    spec: { target: "sales", date: "day", step: { unit: "ms", count: 86_400_000 } },
  });
  expect(config.framing).toMatchObject({ window: 14, horizon: 5, season: 7 });
  expect(config.shifts).toHaveLength(3);
  expect(io.safetensors.load(readFileSync(folder.file("sales/model.safetensors")))).toHaveProperty(["rnn.weight_hh_l0"]);
  const metrics = rowsOf(readFileSync(folder.file("sales/metrics.csv"), "utf8"));
  expect(metrics[0]).toEqual(["epoch", "loss", "validation", "lr", "gradient_norm", "seconds"]);
  expect(metrics.slice(1).map(([epoch]) => Number(epoch))).toEqual(Array.from({ length: metrics.length - 1 }, (_, epoch) => epoch));
  const report = readFileSync(folder.file("sales/report.html"), "utf8");
  expect(report).not.toMatch(/(src|href)=|url\(|@import|<script/i);
  expect(report.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/);
  for (const words of ["Forecasts of the test", "Error by rows ahead", "Loss", "loss alone", "seasonal naive"])
    expect(report).toContain(words);
  expect(report.match(/<svg/g)).toHaveLength(8);
  expect(report).not.toMatch(/NaN|undefined|Infinity/);
});

test("forecasts go on with the dates, and their intervals never cross", async () => {
  const { code, stdout, stderr } = await folder.run(["predict", "sales", "sales.csv"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const [head, ...rows] = rowsOf(stdout);
  expect(head).toEqual(["day", "sales", "sales q0.1", "sales q0.9"]);
  expect(rows.map(([day]) => day)).toEqual(["2021-12-26", "2021-12-27", "2021-12-28", "2021-12-29", "2021-12-30"]);
  for (const [, middle, low, high] of rows) {
    expect(Number(low)).toBeLessThanOrEqual(Number(middle));
    expect(Number(high)).toBeGreaterThanOrEqual(Number(middle));
  }
  // Rows 300 to 304 of the rule that made the file.
  const truth = [300, 301, 302, 303, 304].map((row) => 20 + 0.05 * row + [0, 2, 5, 3, 1, -4, -6][row % 7]!);
  for (const [index, [, middle]] of rows.entries()) expect(Math.abs(Number(middle) - truth[index]!)).toBeLessThan(1.2);
});

test("standard input is read for -", async () => {
  const text = readFileSync(folder.file("sales.csv"), "utf8");
  const [fromFile, fromPipe] = [await folder.run(["predict", "sales", "sales.csv"]), await folder.run(["predict", "sales", "-"], text)];
  expect(fromPipe.stdout).toBe(fromFile.stdout);
});

test("eval uses rows that were not learned from, in five windows at least, and beats both naive forecasts", async () => {
  const { code, stdout, stderr } = await folder.run(["eval", "sales", "sales.csv", "--json"]);
  expect(code).toBe(0);
  expect(stderr).toBe("9 windows of 5 rows, of 45 rows that were not learned from\n");
  const { scores, windows, interval } = JSON.parse(stdout);
  expect(windows).toBe(9);
  const [model, naive, seasonal] = scores;
  expect([naive.name, seasonal.name]).toEqual(["naive", "seasonal naive (7)"]);
  expect(model.mae).toBeLessThan(0.9 * seasonal.mae);
  expect(model.mae).toBeLessThan(0.2 * naive.mae);
  expect(interval.expected).toBeCloseTo(0.8);
  expect(interval.actual).toBeGreaterThan(0.4);
});

test("eval of newer rows takes all of them; of too few it says how many it needs", async () => {
  writeFileSync(folder.file("newer.csv"), weekly(60, "2021-12-26"));
  const newer = await folder.run(["eval", "sales", "newer.csv", "--season", "7"]);
  expect(newer.stderr).toBe("9 windows of 5 rows, of 60 rows that were not learned from\n");
  expect(newer.stdout).toMatch(
    /^ +MAE +RMSE +MASE +of naive +of seasonal naive\nmodel .*\nnaive .*\nseasonal naive \(7\) .*\nintervals of 80 % held \d+ % of the values\n$/,
  );
  writeFileSync(folder.file("few.csv"), weekly(20, "2021-12-26"));
  const few = await folder.run(["eval", "sales", "few.csv"]);
  expect(few).toEqual({
    code: 1,
    stdout: "",
    stderr: "few.csv: the series must be at least 9 rows that the model has not learned from, for 5 windows, got 5\n",
  });
});

test("inspect shows parameters and what backpropagation through time does", async () => {
  const { code, stdout, stderr } = await folder.run(["inspect", "sales"]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/^rnn\.weight_hh_l0 +48 × 12 +576 /m);
  expect(stdout).toMatch(/^BPTT report: loss/m);
  const json = JSON.parse((await folder.run(["inspect", "sales", "--json"])).stdout);
  expect(json.bptt.layers[0].h).toHaveLength(14);
  expect(json.parameters.map(({ name }: { name: string }) => name)).toContain("linear.weight");
});

test("--json tells machines each epoch on standard output", async () => {
  const { code, stdout } = await folder.run([
    "train",
    "sales.csv",
    "--target",
    "sales",
    "--out",
    "json",
    "--json",
    ...QUICK,
    "--epochs",
    "2",
  ]);
  expect(code).toBe(0);
  const events = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(events.map(({ event }) => event)).toEqual(["start", "epoch", "epoch", "epoch", "end"]);
  expect(events[2]).toMatchObject({ epoch: 1, lr: 0.003, loss: expect.any(Number), validation: expect.any(Number) });
  expect(events.at(-1)).toMatchObject({ reason: "epochs", test: { horizon: 1 } });
});

test("without a terminal there are no bars, colours or lines that change, whatever the environment wants", async () => {
  const args = ["train", "sales.csv", "--target", "sales", "--out", "plain", "--overwrite", ...QUICK, "--epochs", "2"];
  const { stderr, stdout } = await folder.run(args);
  expect(stdout).toBe("");
  for (const mark of ["\u001b", "\r", "━"]) expect(stderr).not.toContain(mark);
  expect(stderr).toMatch(/^epoch 2\/2: loss [\d.]+ · validation [\d.]+/m);
});

test("the same seed gives the same model, another one another", async () => {
  const run = async (out: string, seed: string) => {
    await folder.run([
      "train",
      "sales.csv",
      "--target",
      "sales",
      "--out",
      out,
      "--seed",
      seed,
      "--dropout",
      "0.1",
      ...QUICK,
      "--epochs",
      "1",
    ]);
    return readFileSync(folder.file(`${out}/model.safetensors`));
  };
  const [one, again, other] = [await run("one", "1"), await run("again", "1"), await run("other", "2")];
  expect(one.equals(again)).toBe(true);
  expect(one.equals(other)).toBe(false);
});

test("of seattle-weather, columns of texts and numbers are inputs, and one of several series is chosen by --where", async () => {
  const weather = await folder.run([
    "train",
    vega("seattle-weather.csv"),
    "--target",
    "temp_max",
    "--out",
    "weather",
    ...QUICK,
    "--epochs",
    "1",
  ]);
  expect(weather.code, weather.stderr).toBe(0);
  expect(weather.stderr).toContain("1,461 rows, 1 day apart; target temp_max, with precipitation, temp_min, wind, weather");
  const stocks = await folder.run([
    "train",
    vega("stocks.csv"),
    "--target",
    "price",
    "--where",
    "symbol=AAPL",
    "--out",
    "stocks",
    ...QUICK,
  ]);
  expect(stocks.code, stocks.stderr).toBe(0);
  const predicted = await folder.run(["predict", "stocks", vega("stocks.csv")]);
  expect(predicted.stdout).toMatch(/^date,price\nApr 01 2010,\d/);
});

test("of co2-concentration, forecasts of a year beat the seasonal naive forecast by far", async () => {
  const args = [
    "--target",
    "CO2",
    "--ignore",
    "adjusted CO2",
    "--horizon",
    "12",
    "--missing",
    "interpolate",
    "--epochs",
    "10",
    "--hidden",
    "16",
    "--json",
  ];
  const { stdout, stderr } = await folder.run(["train", vega("co2-concentration.csv"), "--out", "co2", ...args]);
  expect(stderr).toContain("note: 5 rows missing between dates put in\n");
  const { test: result } = JSON.parse(stdout.trim().split("\n").at(-1)!);
  expect(result.windows).toBeGreaterThanOrEqual(5);
  const [model, , seasonal] = result.scores;
  expect(model.mae).toBeLessThan(0.5 * seasonal.mae);
});
