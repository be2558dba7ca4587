// A load that fails leaves model, optimizer, scheduler and generator as they were.

import { FormatError, getRngState, io, manualSeed, nn, optim, randint, StateDictError, type Tensor } from "unrolled";
import { beforeAll, describe, expect, test } from "vitest";
import { edited } from "../files.js";
import { Model, Run } from "./training.js";

const { load, save } = io.checkpoint;

let saved: Uint8Array;
let run: Run;

const trained = (seed: number) => {
  manualSeed(seed);
  const result = new Run("adam", randint(0, 9, [8, 6]), randint(0, 4, [8, 6]));
  result.train(3);
  return result;
};

beforeAll(() => {
  saved = save(trained(1).contents(7));
  run = trained(2);
});

/** Everything that a load may change. */
const everything = ({ model, optimizer, scheduler }: Run) => {
  const bits = (tensors: Record<string, Tensor>) => Object.entries(tensors).map(([name, { data }]) => [name, [...data]]);
  const { state, param_groups } = optimizer.stateDict();
  return JSON.stringify([
    bits(model.stateDict()),
    Object.values(state).map(bits),
    param_groups,
    { ...scheduler.stateDict() },
    [...getRngState()],
  ]);
};

/** Loads what must be refused: nothing may have changed. */
function refuse(bytes: Uint8Array, error: Error | RegExp, changes: Partial<io.checkpoint.Targets> = {}): void {
  const before = everything(run);
  const { model, optimizer, scheduler } = run;
  expect(() => load(bytes, { model, optimizer, scheduler, ...changes })).toThrow(error);
  expect(everything(run) === before, "nothing has changed").toBe(true);
}

test("what is refused here is what loads when nothing is wrong", () => {
  const { model, optimizer, scheduler } = trained(3);
  expect(
    load(
      edited(saved, () => {}),
      { model, optimizer, scheduler },
    ).epoch,
  ).toBe(7);
});

describe("a model", () => {
  test("of other sizes, or other names", () => {
    class Other extends nn.Module {
      head = new nn.Linear(6, 4);
    }
    refuse(saved, /^Error\(s\) in loading state_dict for Other:\n\tUnexpected key\(s\) in state_dict: "embedding\.weight", .*"scale"/, {
      model: new Other(),
      optimizer: undefined,
    });
    const edit = edited(saved, (tensors) => {
      tensors["model.head.bias"] = { dtype: "F32", shape: [5], bytes: new Uint8Array(20) };
    });
    refuse(
      edit,
      new StateDictError(
        "Error(s) in loading state_dict for Model:\n\tsize mismatch for head.bias: copying a param with shape [5] from checkpoint, the shape in current model is [4].",
      ),
    );
  });
});

describe("an optimizer", () => {
  const where = "io.checkpoint.load";

  test("of another class", () => {
    const optimizer = new optim.AdamW(run.model.parameters());
    refuse(saved, new StateDictError(`${where}: optimizer must be optim.Adam, as in the checkpoint, got optim.AdamW`), { optimizer });
  });

  test("of other groups", () => {
    const optimizer = new optim.Adam(run.model.parameters());
    refuse(saved, new StateDictError("optim.Adam.loadStateDict: param_groups must be 1 groups, as the optimizer has, got 2"), {
      optimizer,
    });
  });

  test("whose parameters stand in another order", () => {
    const { rnn, embedding, head } = run.model;
    const optimizer = new optim.Adam([
      { params: [...rnn.parameters().slice(0, 2).reverse(), ...rnn.parameters().slice(2), ...embedding.parameters()] },
      { params: head.parameters() },
    ]);
    refuse(saved, /^optim\.Adam\.loadStateDict: exp_avg must be \[28, 3\], as its parameter, got \[28, 5\]$/, { optimizer });
    // Biases have one shape: only the names tell them apart.
    const biases = new optim.Adam([
      { params: [...swapPair(rnn.parameters(), 2), ...embedding.parameters()] },
      { params: head.parameters() },
    ]);
    const message = `${where}: parameter 2 of the optimizer's group 0 must be "rnn.bias_ih_l0", as in the checkpoint, got "rnn.bias_hh_l0"; give the optimizer the parameters in the same order`;
    refuse(saved, new StateDictError(message), { optimizer: biases });
  });

  test("that the checkpoint has not, or has with other values", () => {
    const without = save({ model: run.model });
    const message = `${where}: the checkpoint must be one with an optimizer, got one without; load it without the optimizer, or save it with one`;
    refuse(without, new StateDictError(message));
    const damaged = edited(saved, (_, metadata) => {
      metadata["optimizer"] = (metadata["optimizer"] as string).replace('"eps":1e-8', '"eps":-1');
    });
    refuse(damaged, /^optim\.Adam: eps must be a finite number >= 0, got -1$/);
    const missing = edited(saved, (tensors) => {
      delete tensors["optimizer.state.3.exp_avg"];
    });
    refuse(missing, /^optim\.Adam\.loadStateDict: the state of a parameter must be one with exp_avg, got/);
    const unknown = edited(saved, (tensors) => {
      tensors["optimizer.state.99.exp_avg"] = { dtype: "F32", shape: [1], bytes: new Uint8Array(4) };
    });
    refuse(
      unknown,
      new FormatError(`${where}: the optimizer's state must be of parameters of its groups, got some of "99"; is the checkpoint damaged?`),
    );
  });
});

function swapPair<T>(list: readonly T[], at: number): T[] {
  const result = [...list];
  [result[at], result[at + 1]] = [list[at + 1] as T, list[at] as T];
  return result;
}

describe("a scheduler", () => {
  test("whose state has other keys", () => {
    const scheduler = { stateDict: () => ({ gamma: 1 }), loadStateDict: () => {} };
    const message = "io.checkpoint.load: scheduler must be one whose state is { best, steps }, as in the checkpoint, got { gamma }";
    refuse(saved, new StateDictError(message), { scheduler });
  });

  test("of another class, if both have names that minifiers leave alone", () => {
    class Base {
      stateDict = () => ({ gamma: 1 });
      loadStateDict(): void {}
    }
    class Step extends Base {
      static override readonly name = "StepLR";
    }
    class Exponential extends Base {
      static override readonly name = "ExponentialLR";
    }
    const bytes = save({ model: run.model, scheduler: new Step() });
    const message = "io.checkpoint.load: scheduler must be StepLR, as in the checkpoint, got ExponentialLR";
    refuse(bytes, new StateDictError(message), { optimizer: undefined, scheduler: new Exponential() });
    load(bytes, { model: run.model, scheduler: new Step() });
    load(bytes, { model: run.model, scheduler: new Base() });
  });

  test("that throws half-way is put back, and everything else was not touched", () => {
    const { scheduler } = run;
    const loadStateDict = scheduler.loadStateDict.bind(scheduler);
    let calls = 0;
    scheduler.loadStateDict = (state) => {
      loadStateDict(state);
      if (++calls === 1) throw new Error("half-way");
    };
    refuse(saved, /^half-way$/);
    expect(calls).toBe(2);
    scheduler.loadStateDict = loadStateDict;
  });

  test("is not even asked when the model does not fit", () => {
    const { scheduler } = run;
    const asked = { stateDict: () => scheduler.stateDict(), loadStateDict: () => expect.unreachable() };
    refuse(saved, /^Error\(s\) in loading state_dict for Linear:/, { model: new nn.Linear(2, 3), optimizer: undefined, scheduler: asked });
  });

  test("is put back when the model refuses in its own way", () => {
    class Picky extends Model {
      override loadStateDict(): never {
        throw new Error("not today");
      }
    }
    refuse(saved, /^not today$/, { model: new Picky(), optimizer: undefined });
  });

  test("that the checkpoint has not", () => {
    const message =
      "io.checkpoint.load: the checkpoint must be one with a scheduler, got one without; load it without the scheduler, or save it with one";
    refuse(save({ model: run.model }), new StateDictError(message), { optimizer: undefined });
  });
});
