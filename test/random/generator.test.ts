import {
  Generator,
  getRngState,
  manualSeed,
  rand,
  randint,
  randintLike,
  randLike,
  randn,
  randnLike,
  randperm,
  setRngState,
  zeros,
} from "unrolled";
import { describe, expect, test } from "vitest";

describe("Generator", () => {
  test("draws the 32-bit numbers of mt19937", () => {
    // The 10,000th number for the default seed is in the C++ standard ([rand.predef]).
    const generator = new Generator().manualSeed(5489);
    let last = 0;
    for (let count = 0; count < 10_000; count++) last = generator.draw();
    expect(last).toBe(4123659995);
  });

  test("counts the low 32 bits of the seed, and negative ones from 2^64 down", () => {
    const first = (seed: number) => new Generator().manualSeed(seed).draw();
    expect(first(2 ** 32 + 7)).toBe(first(7));
    expect(first(-1)).toBe(first(2 ** 32 - 1));
    // torch.manual_seed(-1).initial_seed(), torch.rand(2); the same for 1 - 2**53 and -5
    const rounded = (seed: number) => [...rand([2], { generator: new Generator().manualSeed(seed) }).data].map((x) => x.toFixed(4));
    expect(new Generator().manualSeed(-1).initialSeed()).toBe(2 ** 64); // the nearest double to 2^64 - 1
    expect(rounded(-1)).toEqual(["0.9938", "0.5713"]);
    expect(rounded(1 - 2 ** 53)).toEqual(["0.7576", "0.2793"]);
    expect(rounded(-5)).toEqual(["0.9308", "0.6607"]);
    expect(new Generator().manualSeed(42).initialSeed()).toBe(42);
  });

  test("starts where PyTorch's does", () => {
    expect(new Generator().initialSeed()).toBe(67280421310721);
  });

  test("goes back to a state, in the middle of everything", () => {
    const generator = new Generator().manualSeed(3);
    randn([3], { generator }); // an odd number: a sine is left over
    const state = generator.getState();
    const next = () => [randn([5], { generator }), rand([700], { generator }), randperm(9, { generator })].map(({ data }) => [...data]);
    const expected = next();
    expect(next()).not.toEqual(expected);
    expect(generator.setState(state)).toBe(generator);
    expect(next()).toEqual(expected);
    expect(new Generator().setState(state).initialSeed()).toBe(3);
  });

  test("lays its state out as PyTorch does", () => {
    // torch.manual_seed(0).get_state(): seed, then left = 1, seeded = 1, next = 0, then 624 words in 64 bits each.
    const view = new DataView(new Generator().manualSeed(0).getState().buffer);
    expect(view.byteLength).toBe(5056);
    expect([0, 4, 8, 12, 16, 20, 24, 28].map((at) => view.getUint32(at, true))).toEqual([0, 0, 1, 1, 0, 0, 0, 0]);
    expect(view.getUint32(32, true)).toBe(1); // the second word for seed 0: 1812433253 · 0 + 1
  });

  test("the default generator has a state, too", () => {
    manualSeed(11);
    rand([2]);
    const state = getRngState();
    const expected = rand([4]).data;
    setRngState(state);
    expect(rand([4]).data).toEqual(expected);
  });

  test("says what is wrong", () => {
    expect(() => manualSeed(1.5)).toThrow("manualSeed: seed must be an integer, got 1.5");
    expect(() => new Generator().manualSeed(Number.NaN)).toThrow("Generator.manualSeed: seed must be an integer, got NaN");
    expect(() => setRngState(new Uint8Array(3))).toThrow("Generator.setState: state must be 5056 bytes, got 3");
    expect(() => setRngState([] as never)).toThrow("Generator.setState: state must be a Uint8Array, got []");
    const broken = new Generator().getState().fill(0, 8, 12);
    expect(() => setRngState(broken)).toThrow("Generator.setState: state must be what getState gave, got other bytes (left 0, next 0)");
    expect(() => rand([2], { generator: 3 as never })).toThrow("rand: generator must be a Generator, got 3");
    expect(() => randn([2], { seed: 3 } as never)).toThrow('randn: option must be one of generator, requiresGrad, got "seed"');
    expect(() => randint(3, 3, [1])).toThrow("randint: high must be an integer in (3, 2147483648], got 3");
    expect(() => randperm(-1)).toThrow("randperm: n must be an integer in [0, 2147483647], got -1");
  });

  test("an error takes no number", () => {
    const state = getRngState();
    expect(() => randint(0, 5, [-1])).toThrow("randint: shape must be an array of integers >= 0, got [-1]");
    expect(() => rand([2], { requiresGrad: 1 as never })).toThrow("must be true or false, got 1");
    expect(getRngState()).toEqual(state);
  });
});

describe("random tensors", () => {
  test("have the moments they should", () => {
    const generator = new Generator().manualSeed(1);
    const uniform = rand([20_000], { generator });
    expect(uniform.mean().item()).toBeCloseTo(0.5, 2);
    expect(uniform.var().item()).toBeCloseTo(1 / 12, 2);
    const normal = randn([20_001], { generator });
    expect(normal.mean().item()).toBeCloseTo(0, 1);
    expect(normal.std().item()).toBeCloseTo(1, 1);
  });

  test("have the shape of another", () => {
    const like = zeros([3, 6]);
    expect(randLike(like).shape).toEqual([3, 6]);
    expect(randnLike(like).shape).toEqual([3, 6]);
    expect(randn([2], { requiresGrad: true }).requiresGrad).toBe(true);
  });

  test("randint covers its range, and no more", () => {
    const values = randint(-2, 3, [1000], { generator: new Generator().manualSeed(4) });
    expect(values.dtype).toBe("int32");
    expect(new Set(values.data)).toEqual(new Set([-2, -1, 0, 1, 2]));
  });

  test("randintLike gives torch's numbers in shape and dtype of another", () => {
    for (const dtype of ["float32", "int32"] as const) {
      manualSeed(3);
      const values = randintLike(zeros([5], { dtype }), 2, 9);
      expect(values.dtype).toBe(dtype);
      // torch.manual_seed(3); torch.randint_like(torch.zeros(5), 2, 9)
      expect(values.toArray()).toEqual([7, 5, 5, 6, 2]);
    }
    expect(() => randintLike(zeros([5]), 9, 2)).toThrow("randintLike: high must be an integer in (9, 2147483648], got 2");
  });

  test("randperm is a permutation", () => {
    const [generator, other] = [new Generator().manualSeed(1), new Generator().manualSeed(1)];
    randperm(5, { generator });
    for (let draws = 0; draws < 4; draws++) other.draw(); // the last place is left to the last number
    expect(generator.getState()).toEqual(other.getState());
    expect([...randperm(50).data].sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  });
});
