import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FolderServer } from "../../scripts/site/server.mjs";
import { drop, launch, messageOf, PATIENCE, serve, visit, waitForText } from "./browser.js";

let browser: Browser;
let server: FolderServer;

beforeAll(async () => {
  [browser, server] = [await launch(), await serve()];
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** A wave that repeats every 7 days, on a slope; dates and numbers of another country, a missing value, and a column of words. */
function table(): string {
  const rows = Array.from({ length: 300 }, (_, row) => {
    const [year, month, day] = new Date(Date.UTC(2023, 0, 1 + row)).toISOString().slice(0, 10).split("-");
    const value = 100 + 0.2 * row + 10 * Math.sin((2 * Math.PI * row) / 7) + ((row * 7919) % 13) / 10;
    return `${day}.${month}.${year};${row === 40 ? "" : value.toFixed(2).replace(".", ",")};${row % 2 ? "rain" : "sun"}`;
  });
  return ["Tag;Wert;Himmel", ...rows].join("\n");
}

test("forecasts a built-in table, and a file that is dropped after broken ones", async () => {
  const { page, complaints } = await visit(browser, server.url);
  await page.locator("#series").scrollIntoViewIfNeeded();
  await waitForText(page, "#series-column-help", /^741 rows, 2 columns of numbers\.$/);
  expect(await page.inputValue("#series-column")).toBe("CO2");
  await page.fill("#series-epochs", "8");
  await page.getByRole("button", { name: "Forecast", exact: true }).click();
  const said = await waitForText(
    page,
    "#series-status",
    /^Finished; epoch \d+ was best\. Its mean absolute error is 0\.\d+, \d\d % less than that of the .*naive/,
  );
  expect(said).toMatch(/ % of the values lie in the band, 80 % should\.$/);
  expect(await page.locator("#series-scores tr").count()).toBe(3);
  expect(await page.locator("#series-scores td.best").count()).toBe(1);
  expect(await page.locator("#series-plot [role=img]").getAttribute("aria-label")).toContain("naive");
  await drop(page, "#series-drop", "words.csv", "a,b\nx,y\nz,w\n");
  await waitForText(page, "#series-file-error", /^words\.csv: the table must have a column of at least 20 numbers, got none\.$/);
  await drop(page, "#series-drop", "ragged.csv", "a,b\n1,2\n1,2,3\n");
  await waitForText(page, "#series-file-error", /^ragged\.csv: row 3 must be of 2 cells as the header, got 3\.$/);
  await drop(page, "#series-drop", "nothing.csv", "");
  await waitForText(page, "#series-file-error", /^nothing\.csv is empty\.$/);
  await drop(page, "#series-drop", "wave.csv", table());
  await waitForText(page, "#series-status", /^Read wave\.csv: 300 rows, 1 column of numbers\.$/);
  expect(await messageOf(page, "#series-file")).toBe("");
  expect(await page.inputValue("#series-column")).toBe("Wert");
  await page.fill("#series-window", "500");
  await page.getByRole("button", { name: "Forecast", exact: true }).click();
  await waitForText(
    page,
    "#series-window-error",
    /^wave\.csv: the series must be at least [\d,]+ rows for a window of 500 and a horizon of 12, got [\d,]+/,
  );
  await page.fill("#series-window", "24");
  await page.locator("#series").getByRole("radio", { name: "GRU" }).click();
  await page.getByRole("button", { name: "Forecast", exact: true }).click();
  await waitForText(page, "#series-status", /^Finished; .* less than that of the/);
  expect(await page.textContent("#series-notes")).toMatch(/"Wert" has 1 missing value.*interpolated.*It repeats every 7 rows\./);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("shows how gradients vanish, and learn to come back", async () => {
  const { page, complaints } = await visit(browser, server.url);
  await page.fill("#memory-length", "401");
  await page.click("#memory-go");
  expect(await messageOf(page, "#memory-length")).toBe("Length must be a whole number from 4 to 400, got 401.");
  await page.fill("#memory-length", "60");
  await page.click("#memory-go");
  await waitForText(
    page,
    "#memory-rnn-verdict",
    /^Gradients reach back \d+ of 60 steps; before that they are below 1e-6 of the last step's: vanishing\.$/,
  );
  await waitForText(page, "#memory-losses [role=img]", /^/);
  await page.click("#memory-go");
  await waitForText(page, "#memory-status", /^Stopped after [\d,]+ steps?\.$/);
  // Short enough to be learned while one waits.
  await page.fill("#memory-length", "12");
  await page.click("#memory-go");
  await waitForText(page, "#memory-gru-learned", /^has learned it$/);
  expect(await page.textContent("#memory-gru-verdict")).toMatch(/^Gradients reach back all 12 steps; .*: steady\.$/);
  expect(await page.locator("#memory-gradients [role=img]").getAttribute("aria-label")).toMatch(/RNN: .*LSTM: .*GRU: /);
  await page.click("#memory-go");
  await page.getByRole("radio", { name: "Copy task" }).click();
  expect(await page.textContent("#memory-task-help")).toContain("Five symbols");
  await page.fill("#memory-length", "4");
  await page.click("#memory-go");
  await waitForText(page, "#memory-gru-learned", /^is learning it|has learned it$/);
  await page.click("#memory-go");
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("the twin starts from PyTorch's bits and stays beside its losses", async () => {
  const { page, complaints } = await visit(browser, server.url);
  await page.click("#twin-go");
  const said = await waitForText(page, "#twin-status", /^300 steps: the losses differ by at most/);
  expect(await page.textContent("#twin-weights")).toBe("same bits");
  const [, all, early] = /at most ([\d.e-]+), in the first 40 by at most ([\d.e-]+);/.exec(said) ?? [];
  expect(Number(early)).toBeLessThan(1e-5);
  expect(Number(all)).toBeLessThan(1e-2);
  expect(await page.textContent("#twin-all")).toBe(all);
  const [here, torch] = ((await page.textContent("#twin-bits")) ?? "").split(" / ").map(Number);
  expect(Math.abs(Number(here) - Number(torch))).toBeLessThan(0.01);
  expect(complaints).toEqual([]);
  await page.context().close();
});

test("measures beside TensorFlow.js, which is fetched then and not before", async () => {
  const { page, requests } = await visit(browser, server.url);
  await page.waitForTimeout(500);
  expect(requests.filter((request) => request.includes("tfjs"))).toEqual([]);
  await page.click("#speed-go");
  await waitForText(page, "#speed-where", /^unrolled \d+\.\d+\.\d+, SIMD level relaxed; TensorFlow\.js 4\.22\.0, backend \w+/);
  await waitForText(page, "#speed-status", /^Measured\./);
  const rows = await page.locator("#speed-rows tr").allInnerTexts();
  expect(rows).toHaveLength(5);
  for (const row of rows) expect(row).toMatch(/\d m?s\s+[\d.,]+ m?s\s+(unrolled, [\d.,]+ ×|TensorFlow\.js, [\d.,]+ ×|about the same)$/);
  await page.context().close();
});

test("works without a network once it is there, and says what is missing", async () => {
  const other = await serve();
  const { page, complaints } = await visit(browser, other.url);
  await waitForText(page, "#offline", /^All of it is here now/);
  await other.close();
  const failing = await page.evaluate(() =>
    fetch("./not-kept.txt").then(
      () => "fetched",
      () => "failed",
    ),
  );
  expect(failing).toBe("failed");
  await page.fill("#text-hidden", "16");
  await page.click("#text-go");
  await page.waitForFunction(() => Number(document.querySelector("#text-bits")?.textContent) < 6, undefined, { timeout: PATIENCE });
  await page.click("#text-go");
  await page.fill("#series-epochs", "2");
  await page.getByRole("button", { name: "Forecast", exact: true }).click();
  await waitForText(page, "#series-status", /^Finished;/);
  await page.fill("#memory-length", "8");
  await page.click("#memory-go");
  await waitForText(page, "#memory-lstm-verdict", /^Gradients/);
  await page.click("#memory-go");
  await page.click("#twin-go");
  await waitForText(page, "#twin-early", /\d/);
  await page.click("#twin-go");
  await page.click("#speed-go");
  await waitForText(page, "#speed-where", /TensorFlow\.js could not be loaded \(.+\), so its column stays empty\.$/);
  await waitForText(page, "#speed-status", /^Measured\./);
  // The one file that is not kept ahead, and the one that was asked for above.
  expect(complaints.filter((each) => !/ERR_CONNECTION_REFUSED|ERR_FAILED|Failed to fetch/.test(each))).toEqual([]);
  await page.reload();
  expect(await page.textContent("h1")).toContain("Watch a recurrent network learn");
  // The network is back.
  const again = await serve(other.port);
  await page.click("#speed-go");
  await waitForText(page, "#speed-where", /TensorFlow\.js 4\.22\.0, backend/);
  await page.context().close();
  await again.close();
});
