import {
  arange,
  cat,
  DTypeError,
  eye,
  full,
  linspace,
  OptionError,
  OutOfMemoryError,
  ones,
  rand,
  randint,
  randn,
  ShapeError,
  stack,
  type Tensor,
  tensor,
  UnrolledError,
  where,
  zeros,
} from "unrolled";
import { describe, expect, test } from "vitest";

type Case = [run: () => unknown, type: typeof UnrolledError, message: string];

const x = ones([2, 3]);
const ints = zeros([3], { dtype: "int32" });
const wrong = (value: unknown) => value as never;

const creation: Case[] = [
  [() => tensor([[1, 2], [3]]), ShapeError, "tensor: every array in dimension 1 must be of length 2, as the first, got length 1"],
  [() => tensor(wrong([[1, 2], 3])), ShapeError, "tensor: every array in dimension 1 must be of length 2, as the first, got 3"],
  [() => tensor(wrong([1, "2"])), OptionError, 'tensor: values must be numbers or arrays of numbers, got "2"'],
  [() => tensor(wrong([1, [2]])), OptionError, "tensor: values must be numbers or arrays of numbers, got [2]"],
  [() => tensor(wrong(undefined)), OptionError, "tensor: values must be numbers or arrays of numbers, got undefined"],
  [() => tensor(wrong(x)), OptionError, "tensor: values must be numbers or arrays, got a float32 tensor [2, 3]; use clone() or detach()"],
  [() => tensor(wrong(new BigInt64Array(2))), OptionError, "tensor: values must be numbers or arrays of numbers, got a BigInt64Array"],
  [() => tensor([1, 2], { shape: [3] }), ShapeError, "tensor: values must be 3 numbers for shape [3], got 2"],
  [() => tensor([1], { dtype: wrong("float64") }), OptionError, 'tensor: dtype must be one of "float32", "int32", got "float64"'],
  [
    () =>
      tensor(
        [
          [1, 2],
          [3e9, Number.NaN],
        ],
        { dtype: "int32" },
      ),
    OptionError,
    "tensor: every value must be in [-2147483648, 2147483647] for int32, got 3000000000 at position [1, 0]",
  ],
  [() => tensor([1, Number.NaN], { dtype: "int32" }), OptionError, "for int32, got NaN at position [1]"],
  [() => tensor(new Float64Array([1, 2 ** 31]), { dtype: "int32" }), OptionError, "for int32, got 2147483648 at position [1]"],
  [
    () => tensor(Number.POSITIVE_INFINITY, { dtype: "int32" }),
    OptionError,
    "tensor: every value must be in [-2147483648, 2147483647] for int32, got Infinity",
  ],
  [() => full([2], Number.NaN, { dtype: "int32" }), OptionError, "full: value must be in [-2147483648, 2147483647] for int32, got NaN"],
  [
    () => arange(2 ** 31 - 2, 2 ** 31 + 1),
    OptionError,
    "arange: the last number must be in [-2147483648, 2147483647] for int32, got 2147483648",
  ],
  [
    () => linspace(3e9, 0, 2, { dtype: "int32" }),
    OptionError,
    "linspace: the first number must be in [-2147483648, 2147483647] for int32, got 3000000000",
  ],
  [() => tensor([1], wrong({ requires_grad: true })), OptionError, 'did you mean "requiresGrad"?'],
  [() => tensor([1], { requiresGrad: wrong(1) }), OptionError, "tensor: requiresGrad must be true or false, got 1"],
  [() => zeros([2, -1]), ShapeError, "zeros: shape must be an array of integers >= 0, got [2, -1]"],
  [() => zeros(wrong(2)), ShapeError, "zeros: shape must be an array of integers >= 0, got 2"],
  [
    () => ones([1], { dtype: "int32", requiresGrad: true }),
    DTypeError,
    "ones: dtype must be float32 for a tensor that requires a gradient, got int32",
  ],
  [() => full([1], wrong("1")), OptionError, 'full: value must be a number, got "1"'],
  [() => eye(-1), OptionError, "eye: n must be an integer >= 0, got -1"],
  [() => eye(2, { m: 0.5 }), OptionError, "eye: m must be an integer >= 0, got 0.5"],
  [
    () => arange(0, 5, { step: -1 }),
    OptionError,
    "arange: step must be a number other than 0 that leads from start to end, got -1 from 0 to 5",
  ],
  [() => arange(Number.NaN), OptionError, "arange: end must be a finite number, got NaN"],
  [() => linspace(0, 1, -1), OptionError, "linspace: steps must be an integer >= 0, got -1"],
];

const arithmetic: Case[] = [
  [() => x.add(ones([2])), ShapeError, "Tensor.add: shapes must be equal or broadcastable, got [2, 3] and [2]"],
  [() => x.mul(wrong("2")), DTypeError, 'Tensor.mul: other must be a tensor or a number, got "2"'],
  [() => x.eq(wrong(undefined)), DTypeError, "Tensor.eq: other must be a tensor or a number, got undefined"],
  [() => x.add(1, { alpha: Number.NaN }), OptionError, "Tensor.add: alpha must be a finite number, got NaN"],
  [() => x.sub(1, wrong({ beta: 2 })), OptionError, 'Tensor.sub: option must be one of alpha, got "beta"'],
  [
    () => ints.pow(-1),
    OptionError,
    'Tensor.pow: exponent must be an integer >= 0 for an int32 tensor, got -1; convert it with .to("float32")',
  ],
  [() => x.pow(wrong("2")), DTypeError, 'Tensor.pow: exponent must be a tensor or a number, got "2"'],
  [() => x.clamp({}), OptionError, "Tensor.clamp: at least one of min and max must be given, got neither"],
  [() => x.clamp({ min: wrong("0") }), OptionError, 'Tensor.clamp: min must be a number, got "0"'],
  [() => x.to(wrong("float16")), OptionError, 'Tensor.to: dtype must be one of "float32", "int32", got "float16"'],
  [() => x.softmax(2), ShapeError, "Tensor.softmax: dim must be an integer in [-2, 1] for a tensor of rank 2, got 2"],
  [
    () => ints.softmax(0),
    DTypeError,
    'Tensor.softmax: the tensor must be a float32 tensor, got an int32 tensor [3]; convert it with .to("float32")',
  ],
  [() => x.matmul(wrong(2)), DTypeError, "Tensor.matmul: other must be a tensor, got 2"],
  [
    () => x.matmul(ones([2, 3])),
    ShapeError,
    "Tensor.matmul: shapes must be equal in the last dimension of the first and the last but one of the second, got [2, 3] and [2, 3]",
  ],
  [() => x.matmul(tensor(1)), ShapeError, "Tensor.matmul: both tensors must be of at least one dimension, got [2, 3] and []"],
  [() => ones([2, 3, 4]).matmul(ones([3, 4, 5])), ShapeError, "Tensor.matmul: shapes must be equal or broadcastable, got [2] and [3]"],
  [
    () => x.matmul(ints),
    DTypeError,
    'Tensor.matmul: other must be a float32 tensor, got an int32 tensor [3]; convert it with .to("float32")',
  ],
];

const reductions: Case[] = [
  [() => x.sum(2), ShapeError, "Tensor.sum: dim must be an integer in [-2, 1] for a tensor of rank 2, got 2"],
  [() => x.sum([0, -2]), ShapeError, "Tensor.sum: dim must be a list without repetition, got [0, -2]"],
  [() => x.sum({ keepdim: wrong(1) }), OptionError, "Tensor.sum: keepdim must be true or false, got 1"],
  [
    () => x.sum(0, wrong({ keepDim: true })),
    OptionError,
    'Tensor.sum: option must be one of dim, keepdim, got "keepDim"; did you mean "keepdim"?',
  ],
  [
    () => ints.mean(),
    DTypeError,
    'Tensor.mean: the tensor must be a float32 tensor, got an int32 tensor [3]; convert it with .to("float32")',
  ],
  [
    () => full([2, 2], 2 ** 30, { dtype: "int32" }).sum(0),
    DTypeError,
    'Tensor.sum: every sum of integers must be in [-2147483648, 2147483647], got 2147483648; convert the tensor with .to("float32")',
  ],
  [
    () => full([4], -(2 ** 30), { dtype: "int32" }).cumsum(0),
    DTypeError,
    'Tensor.cumsum: every sum of integers must be in [-2147483648, 2147483647], got -3221225472; convert the tensor with .to("float32")',
  ],
  [() => x.var({ correction: wrong("1") }), OptionError, 'Tensor.var: correction must be a finite number, got "1"'],
  [() => x.norm(0), OptionError, "Tensor.norm: p must be a number > 0, or Infinity, got 0"],
  [() => x.cumsum(wrong("0")), ShapeError, 'Tensor.cumsum: dim must be an integer in [-2, 1] for a tensor of rank 2, got "0"'],
  [() => zeros([0]).max(), ShapeError, "Tensor.max: the tensor must be one with elements to choose from, got shape [0]"],
  [() => x.max(wrong([0, 1])), OptionError, "Tensor.max: dim must be a single dimension, got [0, 1]"],
  [() => x.argmax(wrong([0])), OptionError, "Tensor.argmax: dim must be a single dimension, got [0]"],
  [() => x.topk(4), OptionError, "Tensor.topk: k must be an integer in [0, 3], got 4"],
];

const shapes: Case[] = [
  [() => x.reshape([4, -1]), ShapeError, "Tensor.reshape: shape must be one of 6 elements, as [2, 3], got [4, -1]"],
  [() => x.reshape([-1, -1]), ShapeError, "Tensor.reshape: shape must be one of 6 elements, as [2, 3], got [-1, -1]"],
  [() => x.reshape(wrong(6)), ShapeError, "Tensor.reshape: shape must be an array of integers >= 0, or -1 once, got 6"],
  [() => x.flatten(1, 0), ShapeError, "Tensor.flatten: startDim must be at most endDim, 0, got 1"],
  [() => x.unsqueeze(3), ShapeError, "Tensor.unsqueeze: dim must be an integer in [-3, 2] for a tensor of rank 3, got 3"],
  [() => x.permute([0]), ShapeError, "Tensor.permute: dims must be an array of 2 dimensions, got [0]"],
  [() => x.permute([0, -2]), ShapeError, "Tensor.permute: dims must be each dimension once, got [0, -2]"],
  [() => x.transpose(0, 2), ShapeError, "Tensor.transpose: dim must be an integer in [-2, 1] for a tensor of rank 2, got 2"],
  [() => x.expand([3]), ShapeError, "Tensor.expand: shape must be at least 2 sizes, each >= 0, or -1 for one there is, got [3]"],
  [
    () => x.expand([-1, 2, 3]),
    ShapeError,
    "Tensor.expand: shape must be at least 2 sizes, each >= 0, or -1 for one there is, got [-1, 2, 3]",
  ],
  [() => x.expand([2, 4]), ShapeError, "Tensor.expand: shapes must be equal or broadcastable, got [2, 3] and [2, 4]"],
  [() => x.expand([1, 3]), ShapeError, "Tensor.expand: shape must be one that [2, 3] broadcasts to, got [1, 3]"],
  [() => x.narrow(1, 2, 2), OptionError, "Tensor.narrow: length must be an integer in [0, 1], got 2"],
  [() => x.narrow(1, 4, 0), OptionError, "Tensor.narrow: start must be an integer in [-3, 3], got 4"],
  [() => x.select(1, 3), OptionError, "Tensor.select: index must be an integer in [-3, 2], got 3"],
  [() => tensor(1).select(0, 0), ShapeError, "Tensor.select: the tensor must be of at least one dimension, got a scalar"],
  [() => x.split(0), OptionError, "Tensor.split: splitSize must be an integer >= 1, got 0"],
  [() => x.split([1, 2]), ShapeError, "Tensor.split: the sizes must be 2 in sum, got [1, 2], in sum 3"],
  [() => x.chunk(0), OptionError, "Tensor.chunk: chunks must be an integer >= 1, got 0"],
  [() => cat([]), OptionError, "cat: tensors must be a non-empty array of tensors, got []"],
  [() => cat([x, ones([2, 2])]), ShapeError, "cat: every shape must be [2, 3] but for dimension 0, got [2, 2]"],
  [() => cat([tensor(1)]), ShapeError, "cat: every tensor must be of at least one dimension, got a scalar; use stack"],
  [() => stack([x, ones([2, 2])]), ShapeError, "stack: every shape must be [2, 3], got [2, 2]"],
  [() => stack(wrong(x)), OptionError, "stack: tensors must be a non-empty array of tensors, got a float32 tensor [2, 3]"],
];

const indexing: Case[] = [
  [
    () => x.indexSelect(0, tensor([0])),
    DTypeError,
    'Tensor.indexSelect: index must be an int32 tensor, got a float32 tensor [1]; make it with { dtype: "int32" }',
  ],
  [() => x.indexSelect(0, tensor([2], { dtype: "int32" })), ShapeError, "Tensor.indexSelect: every index must be in [0, 1], got 2"],
  [() => x.indexSelect(0, tensor([-1], { dtype: "int32" })), ShapeError, "Tensor.indexSelect: every index must be in [0, 1], got -1"],
  [
    () => x.indexSelect(0, tensor([[0]], { dtype: "int32" })),
    ShapeError,
    "Tensor.indexSelect: index must be a list, of one dimension, got [1, 1]",
  ],
  [
    () => x.gather(1, ints),
    ShapeError,
    "Tensor.gather: index must be of as many dimensions as [2, 3] and no longer but in dimension 1, got [3]",
  ],
  [() => x.gather(1, tensor([[3]], { dtype: "int32" })), ShapeError, "Tensor.gather: every index must be in [0, 2], got 3"],
  [
    () => x.maskedFill(x, 0),
    DTypeError,
    'Tensor.maskedFill: mask must be an int32 tensor, got a float32 tensor [2, 3]; make it with { dtype: "int32" }',
  ],
  [
    () => x.maskedFill(zeros([2, 2, 3], { dtype: "int32" }), 0),
    ShapeError,
    "Tensor.maskedFill: mask must be one that broadcasts to [2, 3], got [2, 2, 3]",
  ],
  [() => x.maskedFill(ints, wrong(x)), DTypeError, "Tensor.maskedFill: value must be a number, got a float32 tensor [2, 3]"],
  [() => where(wrong([1]), x, x), DTypeError, "where: mask must be an int32 tensor, got [1]"],
  [() => where(ints, x, wrong(null)), DTypeError, "where: b must be a tensor or a number, got null"],
];

const inPlace: Case[] = [
  [
    () => ones([1], { requiresGrad: true }).zero_(),
    UnrolledError,
    "Tensor.zero_: the tensors must be free of gradients when changed in place, got one that requires a gradient; wrap it in noGrad, or use the method without the underscore",
  ],
  [() => ones([1]).mul_(ones([1], { requiresGrad: true })), UnrolledError, "Tensor.mul_: the tensors must be free of gradients"],
  [
    () => x.select(0, 1).fill_(1),
    UnrolledError,
    "Tensor.fill_: the tensor must be one of its own, got the result of Tensor.select, which is a copy and not a view; clone() it, or write to what it was taken from",
  ],
  [() => x.transpose(0, 1).reshape([6]).add_(1), UnrolledError, "got the result of Tensor.transpose, which is a copy and not a view"],
  [() => x.unbind()[0]!.copy_(ones([3])), UnrolledError, "got the result of Tensor.unbind, which is a copy and not a view"],
  [() => x.copy_(ones([2, 2, 3])), ShapeError, "Tensor.copy_: the other shape must be one that broadcasts to [2, 3], got [2, 2, 3]"],
  [() => x.add_(ones([4, 2, 3])), ShapeError, "Tensor.add_: the other shape must be one that broadcasts to [2, 3], got [4, 2, 3]"],
  [() => ints.fill_(Number.NaN), OptionError, "Tensor.fill_: value must be in [-2147483648, 2147483647] for int32, got NaN"],
  [
    () => ints.maskedFill(ints, 3e9),
    OptionError,
    "Tensor.maskedFill: value must be in [-2147483648, 2147483647] for int32, got 3000000000",
  ],
  [() => ints.add_(0.5), DTypeError, "Tensor.add_: the result must be int32, got float32; values in place keep their dtype"],
  [() => x.copy_(wrong(2)), DTypeError, "Tensor.copy_: source must be a tensor, got 2; use fill_ for a number"],
  [() => x.fill_(wrong("a")), DTypeError, 'Tensor.fill_: value must be a number, got "a"'],
];

const others: Case[] = [
  [() => x.item(), ShapeError, "Tensor.item: the tensor must be of one element, got shape [2, 3]"],
  [() => x.allclose(wrong(1)), DTypeError, "Tensor.allclose: other must be a tensor, got 1"],
  [() => x.allclose(x, { rtol: -1 }), OptionError, "Tensor.allclose: rtol must be a finite number >= 0, got -1"],
  [() => x.multinomial(4), OptionError, "Tensor.multinomial: numSamples must be an integer in [1, 3], got 4"],
  [() => tensor([1, -1]).multinomial(1), OptionError, "Tensor.multinomial: every weight must be finite and >= 0, got -1"],
  [() => tensor([1, Number.NaN]).multinomial(1), OptionError, "Tensor.multinomial: every weight must be finite and >= 0, got NaN"],
  [
    () =>
      tensor([
        [1, 1],
        [0, 0],
      ]).multinomial(1),
    OptionError,
    "Tensor.multinomial: the weights of a row must be above 0 in sum, got 0",
  ],
  [
    () => ones([1, 1, 2]).multinomial(1),
    ShapeError,
    "Tensor.multinomial: the tensor must be [categories] or [N, categories], got [1, 1, 2]",
  ],
];

describe("says what was expected and what came", () => {
  const cases = [...creation, ...arithmetic, ...reductions, ...shapes, ...indexing, ...inPlace, ...others];
  test.each(cases.map(([run, type, message]) => ({ run, type, message })))("$message", ({ run, type, message }) => {
    expect(run).toThrow(type);
    expect(run).toThrow(message);
  });

  const large = 2 ** 33;
  const creators: [name: string, run: () => unknown][] = [
    ["zeros", () => zeros([large])],
    ["full", () => full([2, large], 1)],
    ["eye", () => eye(2 ** 17)],
    ["arange", () => arange(2 ** 40)],
    ["linspace", () => linspace(0, 1, large)],
    ["rand", () => rand([large])],
    ["randn", () => randn([large])],
    ["randint", () => randint(0, 2, [large])],
    ["tensor", () => ones([1]).expand([large])],
    ["tensor", () => ones([1, 2 ** 17]).add(ones([2 ** 17, 1]))],
    ["Tensor.multinomial", () => ones([1]).multinomial(large, { replacement: true })],
  ];
  test.each(creators)("%s has no memory for it", (name, run) => {
    expect(run).toThrow(OutOfMemoryError);
    expect(run).toThrow(new RegExp(`^${name}: memory must be able to hold \\d+ elements, got ".+"$`));
  });

  test("and leaves the tensor as it was", () => {
    const y: Tensor = tensor([1, 2]);
    expect(() => y.add_(ones([3]))).toThrow(ShapeError);
    expect(() => y.copy_(ones([2, 2]))).toThrow(ShapeError);
    expect([y.toArray(), y.storage.version]).toEqual([[1, 2], 0]);
  });
});
