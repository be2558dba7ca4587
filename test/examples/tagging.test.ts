import { tensor } from "unrolled";
import { beforeAll, expect, test } from "vitest";
import { join, type Piece, pieces, readCorpus, spell } from "../../examples/tagging/data.js";
import { score } from "../../examples/tagging/train.js";
import { buildPackage, figures } from "../support/example.js";

beforeAll(buildPackage, 300_000);

test("a text loses its spaces, and gets them back from the ends of its words", () => {
  const { letters, ends } = join("Call me Ishmael. The whale-ship's  \n crew—Queequeg’s, too");
  expect(spell(letters, ends)).toBe("call me ishmael the whale ships crew queequegs too ");
  expect(spell(letters, [])).toBe("callmeishmaelthewhaleshipscrewqueequegstoo");
});

test("the held-out text is the last tenth, in pieces of one length", () => {
  const { training, heldOut } = readCorpus();
  expect(heldOut.letters.length / (training.letters.length + heldOut.letters.length)).toBeCloseTo(0.1, 5);
  expect(spell(training.letters.subarray(0, 300), training.ends)).toMatch(/^etymology supplied by a late consumptive usher /);
  expect(spell(heldOut.letters, heldOut.ends)).toMatch(/only found another orphan $/);
  const cut = pieces(heldOut, 64);
  expect(cut).toHaveLength(Math.floor(heldOut.letters.length / 64));
  expect(cut[1]![0].toArray()).toEqual([...heldOut.letters.subarray(64, 128)]);
});

test("the score counts ends, and words of which both are right", () => {
  // "ab cde f gh", and the ends said of it: "a b cdef gh".
  const piece: Piece = [tensor([0, 1, 2, 3, 4, 5, 6, 7]), tensor([0, 1, 0, 0, 1, 1, 0, 1], { dtype: "float32" })];
  const said = [1, 1, 0, 0, 0, 1, 0, 1];
  // The first word may have begun before the piece; of "cde", "f" and "gh" only the last has both ends.
  expect(score([said], [piece])).toEqual({ precision: 3 / 4, recall: 3 / 4, f1: 3 / 4, words: 1 / 3 });
  expect(score([piece[1].data], [piece])).toEqual({ precision: 1, recall: 1, f1: 1, words: 1 });
  expect(score([new Float32Array(8)], [piece])).toEqual({ precision: 0, recall: 0, f1: 0, words: 0 });
});

test("both directions find more words than one, with as many parameters", { timeout: 120_000 }, () => {
  const { both, one } = figures<Record<"both" | "one", { parameters: number; f1: number; words: number }>>("tagging");
  expect(both.parameters / one.parameters).toBeCloseTo(1, 1);
  expect(one.f1).toBeGreaterThan(0.4);
  expect(both.f1).toBeGreaterThan(one.f1 + 0.1);
  expect(both.words).toBeGreaterThan(one.words + 0.15);
});
