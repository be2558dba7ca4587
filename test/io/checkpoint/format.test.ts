import { FormatError, io, manualSeed, nn, optim, randint, randn } from "unrolled";
import { describe, expect, test } from "vitest";
import { edited } from "../files.js";
import { Run } from "./training.js";

const { load, save } = io.checkpoint;
const model = new nn.Linear(2, 3);

/** A checkpoint of the model with other texts in its metadata. */
const withMetadata = (changes: Record<string, string>, contents: object = {}) =>
  edited(save({ model, ...contents }), (_, metadata) => Object.assign(metadata, changes));

const refuses = (bytes: Uint8Array, message: string) =>
  expect(() => load(bytes, { model })).toThrow(new FormatError(`io.checkpoint.load: ${message}`));

test("is a safetensors file with the keys of PyTorch", () => {
  manualSeed(1);
  const run = new Run("adam", randint(0, 9, [8, 6]), randint(0, 4, [8, 6]));
  run.train(1);
  const tensors = io.safetensors.load(save(run.contents(3)));
  for (const [name, shape] of Object.entries({
    "model.scale": [4],
    "model.rnn.weight_ih_l0": [28, 5],
    "model.rnn.weight_hr_l1_reverse": [3, 7],
    "optimizer.state.0.exp_avg": [28, 5],
    "optimizer.state.0.max_exp_avg_sq": [28, 5],
    "state.0": [4, 3, 3],
    "state.1": [4, 3, 7],
    generator: [5056],
  })) {
    expect(tensors[name]?.shape, name).toEqual(shape);
  }
  const { format, version, epoch, optimizer } = io.safetensors.metadata(save(run.contents(3)));
  expect({ format, version, epoch }).toEqual({ format: "unrolled.checkpoint", version: "1", epoch: "3" });
  const { groups, numbers } = JSON.parse(optimizer as string);
  expect(groups[1].options.lr).toBe(0.03 * 0.99);
  expect(groups[1].names).toEqual(["head.weight", "head.bias"]);
  expect(numbers[0]).toEqual({ step: 1 });
});

test("numbers of an optimizer keep every digit, which float32 would not", () => {
  const layer = new nn.Linear(1, 1);
  const optimizer = new optim.NAdam(layer.parameters());
  layer
    .forward(randn([2, 1]))
    .sum()
    .backward();
  optimizer.step();
  const [kept] = optimizer.state.values() as Iterable<{ mu_product: number; step: number }>;
  Object.assign(kept as object, { step: 2 ** 24 + 1, mu_product: 0.1 });
  const other = new optim.NAdam(layer.parameters());
  load(save({ model: layer, optimizer }), { model: layer, optimizer: other });
  expect([...other.state.values()][0]).toMatchObject({ step: 2 ** 24 + 1, mu_product: 0.1 });
});

test("a parameter that has no state yet has none after loading, whatever there was", () => {
  const [first, second] = [new nn.Linear(1, 1), new nn.Linear(1, 1)];
  const both = new nn.Sequential(first, second);
  const make = () => new optim.Adam(both.parameters());
  const fresh = save({ model: both, optimizer: make() });
  const optimizer = make();
  both
    .forward(randn([2, 1]))
    .sum()
    .backward();
  optimizer.step();
  expect(optimizer.state.size).toBe(4);
  load(fresh, { model: both, optimizer });
  expect(optimizer.state.size).toBe(0);
});

test("loads the model alone of a checkpoint that has more", () => {
  manualSeed(1);
  const run = new Run("sgd", randint(0, 9, [8, 6]), randint(0, 4, [8, 6]));
  run.train(1);
  const other = new Run("sgd", run.data, run.targets);
  expect(load(save(run.contents(3)), { model: other.model }).epoch).toBe(3);
  expect(other.model.head.weight.toArray()).toEqual(run.model.head.weight.toArray());
});

describe("what is no checkpoint", () => {
  test("another safetensors file", () => {
    const hint = "read other safetensors files with io.safetensors.load";
    refuses(io.safetensors.save(model.stateDict()), `the format in the metadata must be "unrolled.checkpoint", got none; ${hint}`);
    const other = io.safetensors.save(model.stateDict(), { metadata: { format: "pt" } });
    refuses(other, `the format in the metadata must be "unrolled.checkpoint", got "pt"; ${hint}`);
  });

  test("no safetensors file", () => {
    refuses(new Uint8Array(3), "the file must be at least 8 bytes long, got 3; is it empty, or cut off?");
    const file = save({ model });
    refuses(file.subarray(0, -1), "the data after the header must be 5092 bytes long, got 5091; is it cut off?");
  });

  test("one of a newer version", () => {
    refuses(
      withMetadata({ version: "2" }),
      'the version of the checkpoint must be 1, got "2"; a newer unrolled has written it: update unrolled',
    );
    refuses(withMetadata({ version: "x" }), 'the version of the checkpoint must be 1, got "x"; is it damaged?');
  });
});

describe("a damaged one", () => {
  const hint = "is the checkpoint damaged?";

  test("whose texts are no JSON, or not what they should be", () => {
    refuses(withMetadata({ extra: "{" }), `extra in the metadata must be JSON, got "{"; ${hint}`);
    refuses(withMetadata({ epoch: '"x"' }), `epoch must be an integer >= 0, got "x"; ${hint}`);
    refuses(
      withMetadata({ state: '[{"$":"what"}]' }),
      'state in the checkpoint must be what io.checkpoint.save writes for "$", got "{\\"$\\":\\"what\\"}"; is it damaged?',
    );
    refuses(
      withMetadata({ state: `${"[".repeat(100_000)}${"]".repeat(100_000)}` }),
      "state in the checkpoint must be at most 200 levels deep, got more; is it damaged?",
    );
  });

  test("that names tensors it has not, has twice, or has of another kind", () => {
    const taken = `must be in the file, once, got none, or one that is used already; ${hint}`;
    refuses(withMetadata({ state: '{"$":"tensor","name":"nowhere"}' }), `tensor "nowhere" ${taken}`);
    refuses(withMetadata({ state: '{"$":"tensor","name":"model.weight"}' }), `tensor "model.weight" ${taken}`);
    const state = [randn([2, 2])];
    refuses(
      withMetadata({ state: '{"$":"array","type":"Int8Array","name":"state.0"}' }, { state }),
      `tensor "state.0" must be what was saved of "Int8Array", got F32 of 2 dimensions; ${hint}`,
    );
    refuses(
      withMetadata({ state: "null" }, { state }),
      `every tensor must be a part of model, optimizer, state or generator, got "state.0"; ${hint}`,
    );
  });
});

test("changed bytes are an error of unrolled, or other values; never anything else", () => {
  const file = save({ model, state: [randn([2])], epoch: 2, extra: { a: [1, null] } });
  const length = Number(new DataView(file.buffer).getBigUint64(0, true));
  let refused = 0;
  for (let at = 0; at < 8 + length; at++) {
    for (const byte of [0, 34, 48, 92, 125, 255]) {
      const changed = Uint8Array.from(file);
      changed[at] = byte;
      try {
        load(changed, { model });
      } catch (error) {
        refused++;
        expect((error as Error).name, (error as Error).message).toMatch(/^(FormatError|StateDictError)$/);
      }
    }
  }
  expect(refused).toBeGreaterThan(3 * length);
});
