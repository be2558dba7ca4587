import { nn, type Tensor, tensor } from "unrolled";
import { describe, test } from "vitest";
import { byMagnitude, expectClose, golden, type Plain, toTensor } from "../../support/golden.js";

interface LossCase {
  readonly name: string;
  readonly loss: keyof typeof losses;
  readonly options: { readonly weight?: Plain; readonly posWeight?: Plain };
  readonly input: Plain;
  readonly target: Plain;
  readonly targetKind: "index" | "float";
  readonly value: Plain;
  readonly upstream: Plain;
  readonly grad: Plain;
}

type Loss = nn.Module & { forward(input: Tensor, target: Tensor): Tensor };
type Options = Record<string, unknown>;

const losses = {
  MSELoss: (o: Options): Loss => new nn.MSELoss(o),
  L1Loss: (o: Options): Loss => new nn.L1Loss(o),
  SmoothL1Loss: (o: Options): Loss => new nn.SmoothL1Loss(o),
  HuberLoss: (o: Options): Loss => new nn.HuberLoss(o),
  CrossEntropyLoss: (o: Options): Loss => new nn.CrossEntropyLoss(o),
  NLLLoss: (o: Options): Loss => new nn.NLLLoss(o),
  BCELoss: (o: Options): Loss => new nn.BCELoss(o),
  BCEWithLogitsLoss: (o: Options): Loss => new nn.BCEWithLogitsLoss(o),
  KLDivLoss: (o: Options): Loss => new nn.KLDivLoss(o),
};

const { functional: F } = nn;

const functions: Record<keyof typeof losses, (input: Tensor, target: Tensor, options: Options) => Tensor> = {
  MSELoss: F.mseLoss,
  L1Loss: F.l1Loss,
  SmoothL1Loss: F.smoothL1Loss,
  HuberLoss: F.huberLoss,
  CrossEntropyLoss: F.crossEntropy,
  NLLLoss: F.nllLoss,
  BCELoss: F.binaryCrossEntropy,
  BCEWithLogitsLoss: F.binaryCrossEntropyWithLogits,
  KLDivLoss: F.klDiv,
};

/** The options with tensors for the weights. */
function optionsOf({ options }: LossCase): Options {
  const { weight, posWeight, ...rest } = options;
  return { ...rest, ...(weight && { weight: toTensor(weight) }), ...(posWeight && { posWeight: toTensor(posWeight) }) };
}

function targetOf({ target, targetKind }: LossCase): Tensor {
  return targetKind === "float" ? toTensor(target) : tensor(Int32Array.from(target.data), { shape: target.shape });
}

describe.each([
  ["module", (c: LossCase) => (input: Tensor, target: Tensor) => losses[c.loss](optionsOf(c)).forward(input, target)],
  ["function", (c: LossCase) => (input: Tensor, target: Tensor) => functions[c.loss](input, target, optionsOf(c))],
] as const)("as a %s", (_, lossOf) => {
  test.each(golden<LossCase>("losses"))("$name has PyTorch's value and gradient", (expected) => {
    const input = toTensor(expected.input, true);
    const loss = lossOf(expected)(input, targetOf(expected));
    loss.backward(toTensor(expected.upstream));
    expectClose("the loss", loss, expected.value, byMagnitude);
    expectClose("the gradient", input.grad, expected.grad, byMagnitude);
  });
});
