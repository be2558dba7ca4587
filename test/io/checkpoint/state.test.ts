import fc from "fast-check";
import { Generator, io, manualSeed, nn, OptionError, randn, randperm, Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";
import { tensorDict } from "../dicts.js";

const { load, save } = io.checkpoint;
const model = new nn.Linear(2, 3);

/** What comes back of a state, and of an extra. */
const stateAfter = (state: unknown) => load(save({ model, state }), { model }).state;
const extraAfter = (extra: unknown) => load(save({ model, extra }), { model }).extra;

/** Tensors as what they hold: `toEqual` would look into their storage. */
function plain(value: unknown): unknown {
  if (value instanceof Tensor) return ["tensor", value.dtype, value.shape, new Uint8Array(value.data.buffer)];
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  return ["object", Object.entries(value).map(([key, each]) => [key, plain(each)])];
}

describe("a state comes back as it was", () => {
  test.each([
    ["an LSTM's", () => [randn([2, 3, 5]), randn([2, 3, 5])]],
    ["a GRU's", () => randn([2, 3, 5])],
    ["of two modules", () => ({ encoder: [randn([1, 2, 3]), randn([1, 2, 3])], decoder: { h: randn([2, 2]), ids: tensor([1, 2]) } })],
    ["nothing", () => null],
    ["lists of nothing", () => [[], {}, [{}], undefined]],
    ["keys that look like paths, and the key of tags", () => ({ "a.b": randn([1]), a: { b: randn([1]) }, $: { $: randn([1]) }, "#2": 1 })],
    ["keys that are half a character", () => ({ "\ud800": randn([1]), "\udc00": randn([1]), "": "\ud800" })],
  ])("%s", (_, make) => {
    const state = make();
    expect(plain(stateAfter(state))).toEqual(plain(state));
  });

  test("typed arrays, each of its class, and views of larger ones", () => {
    const bytes = Uint8Array.from({ length: 64 }, (_, index) => 7 * index + 129);
    const state = [Float64Array, Float32Array, BigInt64Array, BigUint64Array, Int32Array, Uint32Array, Int16Array, Uint16Array, Int8Array]
      .map((Class) => new Class(bytes.buffer, 8, 4))
      .concat([bytes.subarray(3, 10) as never, new Float32Array(0)]);
    const after = stateAfter(state) as ArrayBufferView[];
    expect(after.map((array) => array.constructor)).toEqual(state.map((array) => array.constructor));
    const content = (array: ArrayBufferView) => [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)];
    expect(after.map(content)).toEqual(state.map(content));
    expect((stateAfter(Buffer.from("x")) as Uint8Array).constructor).toBe(Uint8Array);
  });

  test("anything at all", () => {
    const leaf = fc.oneof(fc.double(), fc.string({ unit: "binary" }), fc.boolean(), fc.constantFrom(null, undefined, -0, Number.NaN));
    const key = fc.oneof(fc.string(), fc.constantFrom("__proto__", "$", "constructor", "0", "toJSON"));
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        leaf,
        tensorDict,
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.uniqueArray(fc.tuple(key, tie("tree")), { selector: ([name]) => name, maxLength: 4 }).map((all) => Object.fromEntries(all)),
      ),
    }));
    fc.assert(
      fc.property(tree, (state) => {
        expect(plain(stateAfter(state))).toEqual(plain(state));
      }),
      { numRuns: 200 },
    );
  });

  test("without what computed its tensors, which it no longer shares values with", () => {
    const x = randn([2, 2]).requiresGrad_();
    const state = { y: x.mul(2) };
    const { y } = stateAfter(state) as { y: Tensor };
    expect(y.requiresGrad).toBe(false);
    expect(y.toArray()).toEqual(state.y.toArray());
  });
});

test("numbers of an extra keep every bit", () => {
  fc.assert(fc.property(fc.double(), (value) => Object.is((extraAfter([value]) as number[])[0], value)));
});

test("a generator of one's own goes on where it was, with its state saved in the state", () => {
  const generator = new Generator().manualSeed(4);
  randperm(9, { generator });
  const bytes = save({ model, state: { shuffle: generator.getState() } });
  const next = [randperm(9, { generator }), randperm(9, { generator })].map((each) => each.toArray());
  const { state } = load<{ shuffle: Uint8Array }>(bytes, { model });
  const other = new Generator().setState(state.shuffle);
  expect([randperm(9, { generator: other }), randperm(9, { generator: other })].map((each) => each.toArray())).toEqual(next);
});

test("the generator that all share goes on where it was", () => {
  manualSeed(3);
  randn([5]);
  const bytes = save({ model });
  const next = randn([5]).toArray();
  manualSeed(8);
  load(bytes, { model });
  expect(randn([5]).toArray()).toEqual(next);
});

test("what was not saved is undefined", () => {
  expect(load(save({ model }), { model })).toEqual({ state: undefined, epoch: undefined, extra: undefined });
  expect(load(save({ model, epoch: 0, state: 0, extra: 0 }), { model })).toEqual({ state: 0, epoch: 0, extra: 0 });
});

describe("what cannot be saved is named with its place", () => {
  const json = "null, a boolean, a number, a string, or arrays and plain objects of these";
  const refuses = (contents: object, message: string) =>
    expect(() => save({ model, ...contents })).toThrow(new OptionError(`io.checkpoint.save: ${message}`));

  test("an extra that is not for JSON", () => {
    const hint = "tensors and typed arrays go into state";
    refuses({ extra: { best: [{ at: new Date(0) }] } }, `extra.best[0].at must be ${json}, got an object of class Date`);
    refuses({ extra: [0, () => 1] }, `extra[1] must be ${json}, got a function`);
    refuses({ extra: { "a b": 3n } }, `extra["a b"] must be ${json}, got 3n`);
    refuses({ extra: { h: tensor([1]) } }, `extra.h must be ${json}, got a float32 tensor [1]; ${hint}`);
    refuses({ extra: new Uint8Array(2) }, `extra must be ${json}, got a Uint8Array; ${hint}`);
    refuses({ extra: new Map([[1, 2]]) }, `extra must be ${json}, got an object of class Map`);
  });

  test("a state of other classes", () => {
    const expected = `a tensor, a typed array, ${json}`;
    refuses({ state: { model } }, `state.model must be ${expected}, got an object of class Linear; pass its stateDict()`);
    refuses({ state: [new DataView(new ArrayBuffer(1))] }, `state[0] must be ${expected}, got a DataView`);
    refuses({ state: Symbol("x") }, `state must be ${expected}, got Symbol(x)`);
  });

  test("a cycle, and what has no end", () => {
    const cycle: Record<string, unknown> = { inner: {} };
    (cycle["inner"] as Record<string, unknown>)["outer"] = cycle;
    refuses({ extra: cycle }, "extra.inner.outer must be no part of itself, got a cycle");
    let deep: unknown = 0;
    for (let level = 0; level < 5000; level++) deep = [deep];
    expect(() => save({ model, state: deep })).toThrow(
      /^io\.checkpoint\.save: state\[0\].*\[0\] must be at most 200 levels deep, got more$/,
    );
    const twice = { x: 1 };
    expect(extraAfter([twice, twice])).toEqual([twice, twice]);
  });

  test("arguments of other kinds", () => {
    expect(() => save(undefined as never)).toThrow(new OptionError("io.checkpoint.save: model must be a module, got undefined"));
    refuses({ model: 3 }, "model must be a module, got 3");
    refuses({ optimizer: {} }, "optimizer must be an optimizer, got {  }");
    refuses({ scheduler: { step: 1 } }, "scheduler must be one with stateDict() and loadStateDict(), got { step }");
    refuses({ epoch: 1.5 }, "epoch must be an integer >= 0, got 1.5");
    refuses({ epochs: 1 }, 'option must be one of model, optimizer, scheduler, state, epoch, extra, got "epochs"; did you mean "epoch"?');
  });
});
