import { nn, type Tensor, tensor } from "unrolled";
import { describe, expect, test } from "vitest";

class Plus extends nn.Module {
  readonly amount: number;

  constructor(amount: number) {
    super();
    this.amount = amount;
  }

  forward(input: Tensor): Tensor {
    return input.mul(2).add(this.amount);
  }
}

describe("Sequential", () => {
  test("applies its modules in order", () => {
    const net = new nn.Sequential(new Plus(1), new Plus(10), new Plus(100));
    expect(net.forward(tensor([0])).toArray()).toEqual([124]);
    expect([...net].map((layer) => (layer as Plus).amount)).toEqual([1, 10, 100]);
    expect(net.append(new Plus(0)).length).toBe(4);
    expect((net.at(-2) as Plus).amount).toBe(100);
    expect(net.forward(tensor([0])).toArray()).toEqual([248]);
  });

  test("names are indices, or given", () => {
    expect(new nn.Sequential(new Plus(1), new Plus(2)).namedChildren().map(([name]) => name)).toEqual(["0", "1"]);
    expect(new nn.Sequential({ b: new Plus(1), a: new Plus(2) }).namedChildren().map(([name]) => name)).toEqual(["b", "a"]);
    expect(new nn.Sequential().forward(tensor([3])).toArray()).toEqual([3]);
  });

  test("takes only modules with forward", () => {
    const message = "must be a Module with a forward method, got an object";
    expect(() => new nn.Sequential(new Plus(1), new nn.Module() as Plus)).toThrow(`nn.Sequential: module 1 ${message}`);
    expect(() => new nn.Sequential({ head: new nn.ModuleList() as unknown as Plus })).toThrow(`nn.Sequential: module head ${message}`);
    expect(() => new nn.Sequential(new Plus(1)).append(3 as unknown as Plus)).toThrow(
      "nn.Sequential: module 1 must be a Module with a forward method, got 3",
    );
  });
});

describe("ModuleList", () => {
  test("keeps modules by index", () => {
    const [a, b, c] = [new Plus(1), new Plus(2), new Plus(3)];
    const list = new nn.ModuleList([a]).append(b).extend([c]);
    expect([...list]).toEqual([a, b, c]);
    expect(list.length).toBe(3);
    expect(list.at(-1)).toBe(c);
    expect(list.at(3)).toBeUndefined();
    expect(list.namedChildren()).toEqual([["0", a], ["1", b], ["2", c]]); // biome-ignore format: pairs
  });

  test("takes only modules", () => {
    expect(() => new nn.ModuleList([tensor([1]) as never])).toThrow("ModuleList.append: module must be a Module, got a float32 tensor [1]");
  });
});

describe("ModuleDict", () => {
  test("keeps modules by name, in the order they came", () => {
    const [a, b, c] = [new Plus(1), new Plus(2), new Plus(3)];
    const dict = new nn.ModuleDict({ z: a, forward: b }).set("1", c);
    expect([...dict.keys()]).toEqual(["z", "forward", "1"]);
    expect([...dict.values()]).toEqual([a, b, c]);
    expect([...dict]).toEqual([...dict.entries()]);
    expect(dict.get("forward")).toBe(b);
    expect(dict.has("x")).toBe(false);
    expect(dict.delete("z")).toBe(true);
    expect(dict.size).toBe(2);
    expect(dict.namedChildren().map(([name]) => name)).toEqual(["forward", "1"]);
  });

  test("takes only modules, with names that fit into keys", () => {
    expect(() => new nn.ModuleDict().set("a.b", new Plus(1))).toThrow(
      'ModuleDict.set: name must be a string that is not empty and has no ".", got "a.b"',
    );
    expect(() => new nn.ModuleDict({ a: null as unknown as Plus })).toThrow("ModuleDict.set: module must be a Module, got null");
  });
});
