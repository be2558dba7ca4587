import { inspect } from "node:util";
import { manualSeed, nn, optim, type Tensor, tensor } from "unrolled";
import { beforeEach, describe, expect, test, vi } from "vitest";

class Block extends nn.Module {
  // The order of fields is the order of parameters and children.
  scale = new nn.Parameter(tensor([1, 2]));
  inner = new nn.Linear(2, 3);
  label = "not a module";
  list = [new nn.Linear(1, 1)];
  shift = new nn.Parameter(tensor([5]));
  count: Tensor | null = null;
  scratch: Tensor | null = null;

  constructor() {
    super();
    this.registerBuffer("count", tensor(new Int32Array([7])));
    this.registerBuffer("scratch", tensor([1]), { persistent: false });
  }
}

class Model extends nn.Module {
  first = new Block();
  twice = this.first;
  tail = new nn.Sequential(new nn.Linear(3, 2), new nn.Dropout(0.5));
  tied = this.tail.at(0) instanceof nn.Linear ? this.tail.at(0) : null;
}

const BLOCK = ["scale", "shift", "count", "inner.weight", "inner.bias"];

let model: Model;

beforeEach(() => {
  manualSeed(3);
  model = new Model();
});

describe("what is found", () => {
  test("parameters: own ones first, in the order of the fields, each once", () => {
    const names = ["first.scale", "first.shift", "first.inner.weight", "first.inner.bias", "tail.0.weight", "tail.0.bias"];
    expect(model.namedParameters().map(([name]) => name)).toEqual(names);
    expect(model.parameters()).toEqual(model.namedParameters().map(([, parameter]) => parameter));
    expect(model.parameters()[0]).toBe(model.first.scale);
  });

  test("children and modules, each once", () => {
    expect(model.namedChildren().map(([name]) => name)).toEqual(["first", "tail", "tied"]);
    expect(model.children()[0]).toBe(model.first);
    expect(model.namedModules().map(([name]) => name)).toEqual(["", "first", "first.inner", "tail", "tail.0", "tail.1"]);
    expect(model.modules()[0]).toBe(model);
  });

  test("buffers", () => {
    expect(model.namedBuffers().map(([name]) => name)).toEqual(["first.count", "first.scratch"]);
    expect(model.buffers()[0]).toBe(model.first.count);
  });

  test("the state dict has shared modules under all their names, and persistent buffers after parameters", () => {
    const names = [...BLOCK.map((name) => `first.${name}`), ...BLOCK.map((name) => `twice.${name}`)];
    expect(Object.keys(model.stateDict())).toEqual([...names, "tail.0.weight", "tail.0.bias", "tied.weight", "tied.bias"]);
  });

  test("a parameter that several modules share is one", () => {
    const embedding = new nn.Embedding(5, 4);
    const head = new nn.Linear(4, 5, { bias: false });
    head.weight = embedding.weight;
    const both = new nn.ModuleDict({ embedding, head });
    expect(both.namedParameters()).toEqual([["embedding.weight", embedding.weight]]);
    expect(Object.keys(both.stateDict())).toEqual(["embedding.weight", "head.weight"]);
  });
});

describe("modes", () => {
  test("train and eval reach all modules", () => {
    expect(model.eval()).toBe(model);
    expect(model.modules().map((module) => module.training)).toEqual([false, false, false, false, false, false]);
    expect(
      model
        .train()
        .modules()
        .every((module) => module.training),
    ).toBe(true);
    expect(() => model.train(1 as unknown as boolean)).toThrow("Module.train: mode must be true or false, got 1");
  });

  test("requiresGrad_ freezes all parameters", () => {
    expect(
      model
        .requiresGrad_(false)
        .parameters()
        .some((parameter) => parameter.requiresGrad),
    ).toBe(false);
    expect(
      model
        .requiresGrad_()
        .parameters()
        .every((parameter) => parameter.requiresGrad),
    ).toBe(true);
    expect(() => model.requiresGrad_(0 as unknown as boolean)).toThrow("Module.requiresGrad_: requiresGrad must be true or false, got 0");
  });

  test("apply calls the innermost first", () => {
    const names = new Map(model.namedModules().map(([name, module]) => [module, name]));
    const order: (string | undefined)[] = [];
    expect(model.apply((module) => order.push(names.get(module)))).toBe(model);
    expect(order).toEqual(["first.inner", "first", "tail.0", "tail.1", "tail", "tail.0", ""]);
  });

  test("zeroGrad drops gradients, or fills them with zeros", () => {
    const [scale] = model.parameters();
    scale!.mul(scale!).sum().backward();
    expect(scale!.grad!.toArray()).toEqual([2, 4]);
    model.zeroGrad({ setToNone: false });
    expect(scale!.grad!.toArray()).toEqual([0, 0]);
    model.zeroGrad();
    expect(scale!.grad).toBeNull();
    expect(() => model.zeroGrad({ setToNone: "no" as unknown as boolean })).toThrow(
      'Module.zeroGrad: setToNone must be true or false, got "no"',
    );
  });
});

describe("registering", () => {
  class Open extends nn.Module {
    add(name: string, parameter: nn.Parameter | null): void {
      this.registerParameter(name, parameter);
    }
  }

  test("parameters by names that are known at run time", () => {
    const module = new Open();
    module.add("weight_hh_l0", new nn.Parameter(tensor([1])));
    module.add("bias_hh_l0", null);
    module.add("weight_ih_l0", new nn.Parameter(tensor([2])));
    expect(module.namedParameters().map(([name]) => name)).toEqual(["weight_hh_l0", "weight_ih_l0"]);
    module.add("weight_hh_l0", new nn.Parameter(tensor([3])));
    expect(module.stateDict()["weight_hh_l0"]!.toArray()).toEqual([3]);
  });

  test.each([
    ["", 'Module.registerParameter: name must be a string that is not empty and has no ".", got ""'],
    ["a.b", 'Module.registerParameter: name must be a string that is not empty and has no ".", got "a.b"'],
    ["training", 'Module.registerParameter: name must be one that is not taken, got "training"'],
    ["stateDict", 'Module.registerParameter: name must be one that is not taken, got "stateDict"'],
  ])("no parameter is named %j", (name, message) => {
    expect(() => new Open().add(name, new nn.Parameter(tensor([1])))).toThrow(message);
  });

  test("wrong values", () => {
    const module = new Open();
    module.add("weight", new nn.Parameter(tensor([1])));
    expect(() => module.add("other", tensor([1]) as nn.Parameter)).toThrow(
      "Module.registerParameter: parameter must be a Parameter or null, got a float32 tensor [1]",
    );
    expect(() => module.registerBuffer("weight", tensor([1]))).toThrow(
      'Module.registerBuffer: name must be one that is not taken, got "weight"',
    );
    expect(() => module.registerBuffer("mean", new nn.Parameter(tensor([1])))).toThrow(
      "Module.registerBuffer: tensor must be a tensor that is no Parameter, or null, got a float32 tensor [1]",
    );
    expect(() => module.registerBuffer("mean", null, { persistant: true } as object)).toThrow(
      'Module.registerBuffer: option must be one of persistent, got "persistant"; did you mean "persistent"?',
    );
    expect(module.namedBuffers()).toEqual([]);
  });
});

describe("loadStateDict", () => {
  const linear = () => new nn.Linear(2, 3);
  const header = "Error(s) in loading state_dict for Linear:";

  test("takes what stateDict gave, and shares nothing with it", () => {
    const [from, to] = [model, new Model()];
    expect(to.loadStateDict(from.stateDict())).toEqual({ missingKeys: [], unexpectedKeys: [] });
    for (const [name, value] of Object.entries(to.stateDict())) expect(value.data).toEqual(from.stateDict()[name]!.data);
    from.first.scale.storage.values().fill(9);
    expect(to.first.scale.toArray()).toEqual([1, 2]);
  });

  test("stateDict shares its values with the module", () => {
    const module = linear();
    const { bias } = module.stateDict();
    module.loadStateDict({ ...module.stateDict(), bias: tensor([1, 2, 3]) });
    expect(bias!.toArray()).toEqual([1, 2, 3]);
    expect(bias!.requiresGrad).toBe(false);
  });

  test("takes plain data", () => {
    const module = linear();
    module.loadStateDict({
      weight: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] },
      bias: { shape: [3], data: Float64Array.of(7, 8, 9) },
    });
    expect(module.weight.toArray()).toEqual([
      [1, 2],
      [3, 4],
      [5, 6],
    ]);
    expect(module.bias!.toArray()).toEqual([7, 8, 9]);
  });

  test("is seen by the next forward", () => {
    const module = linear();
    module.forward(tensor([1, 1]));
    module.loadStateDict({ weight: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }, bias: { shape: [3], data: [0, 0, 1] } });
    expect(module.forward(tensor([1, 1])).toArray()).toEqual([3, 7, 12]);
  });

  test("reports all that does not fit, and changes nothing", () => {
    const module = linear();
    const before = module.weight.data;
    const source = { weight: { shape: [2, 3], data: [0, 0, 0, 0, 0, 0] }, "head.bias": tensor([1]), wieght: tensor([1]) };
    expect(() => module.loadStateDict(source)).toThrow(
      `${header}\n\tMissing key(s) in state_dict: "bias". \n\tUnexpected key(s) in state_dict: "head.bias", "wieght". \n\t` +
        "size mismatch for weight: copying a param with shape [2, 3] from checkpoint, the shape in current model is [3, 2].",
    );
    expect(module.weight.data).toEqual(before);
  });

  test("changes nothing either if only the last one is wrong", () => {
    const module = linear();
    const before = module.weight.data;
    expect(() => module.loadStateDict({ weight: { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }, bias: tensor([1]) })).toThrow(
      `${header}\n\tsize mismatch for bias: copying a param with shape [1] from checkpoint, the shape in current model is [3].`,
    );
    expect(module.weight.data).toEqual(before);
  });

  test("not strict, it returns the keys that do not fit, and still refuses wrong shapes", () => {
    const module = linear();
    const result = module.loadStateDict({ bias: tensor([1, 2, 3]), other: tensor([1]) }, { strict: false });
    expect(result).toEqual({ missingKeys: ["weight"], unexpectedKeys: ["other"] });
    expect(module.bias!.toArray()).toEqual([1, 2, 3]);
    expect(() => module.loadStateDict({ bias: tensor([1]) }, { strict: false })).toThrow(`${header}\n\tsize mismatch for bias`);
  });

  test("values that are no tensors", () => {
    const module = linear();
    const weight = tensor([[1, 2], [3, 4], [5, 6]]); // biome-ignore format: a matrix
    expect(() => module.loadStateDict({ weight, bias: [1, 2, 3] } as never)).toThrow(
      `${header}\n\tWhile copying the parameter named "bias", expected a tensor or { shape, data } from checkpoint but received [1, 2, 3]`,
    );
    expect(() => module.loadStateDict({ weight, bias: { shape: [3], data: [1] } })).toThrow(
      `${header}\n\tsize mismatch for bias: 1 values for the shape [3] from checkpoint.`,
    );
    expect(() => module.loadStateDict(null as never)).toThrow(
      "Module.loadStateDict: stateDict must be an object of tensors by name, got null",
    );
    expect(() => module.loadStateDict({}, { strict: "yes" as unknown as boolean })).toThrow(
      'Module.loadStateDict: strict must be true or false, got "yes"',
    );
  });

  test.each<[string, unknown, string]>([
    ["64-bit integers", new BigInt64Array(3), "a BigInt64Array"],
    ["unsigned ones", new BigUint64Array(3), "a BigUint64Array"],
    ["texts", [1, "2", 3], '"2" at 1'],
    ["undefined", [1, 2, undefined], "undefined at 2"],
    ["a hole", new Array(3), "undefined at 0"],
    ["nested arrays", [[1], [2], [3]], "[1] at 0"],
  ])("%s instead of numbers, found before anything is changed", (_, data, actual) => {
    const module = linear();
    const before = module.weight.data;
    const weight = { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] };
    expect(() => module.loadStateDict({ weight, bias: { shape: [3], data } } as never)).toThrow(
      `${header}\n\tWhile copying the parameter named "bias", expected numbers from checkpoint but received ${actual}`,
    );
    expect(module.weight.data).toEqual(before);
  });

  test("a scalar takes the [1] of old checkpoints, and nothing else does, as in PyTorch", () => {
    const load = (shape: number[], from: number[]) => {
      const module = new nn.Module();
      module.registerBuffer("scale", tensor([0], { shape }));
      module.loadStateDict({ scale: tensor([2], { shape: from }) });
      return module.stateDict()["scale"];
    };
    expect(load([], [1])!.toArray()).toBe(2);
    expect(load([], [1])!.shape).toEqual([]);
    expect(() => load([], [1, 1])).toThrow("size mismatch for scale: copying a param with shape [1, 1] from checkpoint");
    expect(() => load([1], [])).toThrow("size mismatch for scale: copying a param with shape [] from checkpoint");
  });

  test("the report names the class", () => {
    class Tagger extends nn.Module {
      head = linear();
    }
    expect(() => new Tagger().loadStateDict({})).toThrow(
      'Error(s) in loading state_dict for Tagger:\n\tMissing key(s) in state_dict: "head.weight", "head.bias". ',
    );
  });
});

describe("a module that contains itself", () => {
  class Node extends nn.Module {
    weight = new nn.Parameter(tensor([1]));
    next: Node | null = null;
  }
  const loop = new Node();
  loop.next = new Node();
  loop.next.next = loop;

  test.each<[string, () => unknown]>([
    ["stateDict", () => loop.stateDict()],
    ["loadStateDict", () => loop.loadStateDict({})],
    ["apply", () => loop.apply(() => undefined)],
    ["toString", () => String(loop)],
  ])("cannot be walked by %s", (name, call) => {
    const message = `Module.${name}: the modules must be without a cycle, got "next.next", which contains itself; hold what is no child`;
    expect(call).toThrow(message);
  });

  test("has its parameters, as in PyTorch", () => {
    expect(loop.namedParameters().map(([name]) => name)).toEqual(["weight", "next.weight"]);
    expect(loop.parameters()).toHaveLength(2);
  });
});

describe("what another copy of unrolled made", () => {
  const load = async () => {
    vi.resetModules();
    return (await import("unrolled")) as { nn: typeof nn; tensor: typeof tensor };
  };
  const hint = "it is from another copy of unrolled: the program must have one only";

  test("is an error as a field, and not passed over", async () => {
    const other = await load();
    class Mixed extends nn.Module {
      own = new nn.Linear(1, 1);
      head: unknown;
    }
    const mixed = new Mixed();
    for (const head of [new other.nn.Linear(1, 1), new other.nn.Parameter(other.tensor([1]))]) {
      mixed.head = head;
      for (const call of [() => mixed.parameters(), () => mixed.namedParameters(), () => mixed.stateDict(), () => mixed.eval()]) {
        expect(call).toThrow(`Mixed: "head" must be of the same copy of unrolled, got one of another; ${hint}`);
      }
    }
    mixed.head = new Date();
    expect(mixed.parameters()).toHaveLength(2);
  });

  test("is told where modules and parameters are passed", async () => {
    const other = await load();
    const linear = new other.nn.Linear(1, 1) as nn.Linear;
    expect(() => new nn.Sequential(linear)).toThrow(`a Module with a forward method, got an object; ${hint}`);
    expect(() => new nn.ModuleList([linear])).toThrow(`module must be a Module, got an object; ${hint}`);
    expect(() => new nn.ModuleDict({ linear })).toThrow(`module must be a Module, got an object; ${hint}`);
    expect(() => new nn.Module().registerBuffer("weight", linear.weight)).toThrow(hint);
    expect(() => new optim.SGD(linear.parameters())).toThrow(`params must be tensors, got a float32 tensor [1, 1]; ${hint}`);
  });
});

test("names of modules are literals, which minifiers leave alone", () => {
  const modules = Object.entries(nn).filter(([, value]) => typeof value === "function" && value.prototype instanceof nn.Module);
  for (const [name, module] of modules) {
    // The name that a class has by itself is not writable; a static field is.
    expect(Object.getOwnPropertyDescriptor(module, "name"), name).toMatchObject({ value: name, writable: true });
  }
});

test("toString shows the modules as PyTorch does", () => {
  const net = new nn.ModuleDict<nn.Module>({ in: new nn.Linear(2, 3), act: new nn.ReLU(), tail: new nn.ModuleList([new nn.Flatten()]) });
  const text = `ModuleDict(
  (in): Linear(inFeatures=2, outFeatures=3, bias=true)
  (act): ReLU()
  (tail): ModuleList(
    (0): Flatten(startDim=1, endDim=-1)
  )
)`;
  expect(String(net)).toBe(text);
  expect(inspect(net)).toBe(text);
  expect(String(new nn.Embedding(4, 2, { paddingIdx: -1 }))).toBe("Embedding(4, 2, paddingIdx=3)");
  expect(String(new nn.Softmax(-1))).toBe("Softmax(dim=-1)");
});
