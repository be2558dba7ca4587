import { type nn, noGrad } from "unrolled";

/** Makes `average` a copy of `model` that nothing trains. */
export function startAverage(average: nn.Module, model: nn.Module): void {
  average.loadStateDict(model.stateDict());
  average.requiresGrad_(false).eval();
}

/** To be called after every step of the optimizer. */
export function updateAverage(average: nn.Module, model: nn.Module, decay = 0.999): void {
  const current = model.parameters();
  noGrad(() => {
    for (const [index, parameter] of average.parameters().entries()) {
      parameter.copy_(parameter.mul(decay).add((current[index] as nn.Parameter).mul(1 - decay)));
    }
  });
}
