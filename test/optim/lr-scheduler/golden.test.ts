import { nn, optim, zeros } from "unrolled";
import { describe, expect, test } from "vitest";
import { expectValues, golden } from "../../support/golden.js";
import { type AnyScheduler, describeSpec, makeOptimizer, makeScheduler, momentumsOf, type ScheduleCase } from "./build.js";

const exact = (expected: number) => 1e-14 + 1e-13 * Math.abs(expected);

/** The leaves of plain data, each with its path. */
function leaves(value: unknown, path = ""): [string, unknown][] {
  if (typeof value !== "object" || value === null) return [[path, value]];
  return Object.entries(value).flatMap(([name, each]) => leaves(each, `${path}.${name}`));
}

/** Asserts that plain data has the same names and values, numbers within the last bits. */
function expectPlain(actual: unknown, expected: unknown): void {
  const [ours, theirs] = [new Map(leaves(actual)), new Map(leaves(expected))];
  expect([...ours.keys()].sort()).toEqual([...theirs.keys()].sort());
  for (const [path, value] of theirs) {
    if (typeof value === "number") expectValues(path, [ours.get(path) as number], [value], exact);
    else expect(ours.get(path), path).toBe(value);
  }
}

const cases = golden<ScheduleCase>("schedules").map((each) => ({ name: `${describeSpec(each.spec)} of ${each.optimizer}`, ...each }));

describe("groups of their own", () => {
  test.each(cases)("have PyTorch's learning rates and momentums: $name", (expected) => {
    const optimizer = makeOptimizer(expected.optimizer, expected.groupLrs);
    const scheduler = makeScheduler(expected.spec, optimizer);
    for (const [step, lrs] of expected.lrs.entries()) {
      expectValues(`the learning rates after step ${step}`, scheduler.getLastLr(), lrs, exact);
      const { paramGroups } = optimizer;
      expect(paramGroups.map(({ lr }) => lr)).toEqual(scheduler.getLastLr());
      expectValues(`the momentums after step ${step}`, momentumsOf(optimizer), expected.momentums[step]!, exact);
      optimizer.step();
      if (step < expected.lrs.length - 1) scheduler.step(expected.metrics?.[step] ?? expected.epochs?.[step]);
    }
  });

  test.each(cases)("leave PyTorch's states: $name", ({ optimizer: kind, groupLrs, spec, lrs, metrics, epochs, state, groups }) => {
    const optimizer = makeOptimizer(kind, groupLrs);
    const scheduler = makeScheduler(spec, optimizer);
    for (let step = 0; step < lrs.length - 1; step++) {
      optimizer.step();
      scheduler.step(metrics?.[step] ?? epochs?.[step]);
    }
    expectPlain(scheduler.stateDict(), state);
    const actual = optimizer.stateDict().param_groups.map(({ params: _, ...options }) => options);
    expectPlain(actual, groups);
  });
});

interface SchedulerCase {
  readonly name: string;
  readonly scheduler: string;
  readonly args: readonly unknown[];
  readonly options: Readonly<Record<string, unknown>>;
  readonly baseLr: number;
  readonly lrs: readonly number[];
  readonly momentum?: readonly number[];
  readonly metrics?: readonly number[];
}

test.each(golden<SchedulerCase>("schedulers"))("one group has PyTorch's learning rates: $name", (expected) => {
  const optimizer: optim.Optimizer = new optim.SGD([new nn.Parameter(zeros([1]))], { lr: expected.baseLr, momentum: 0.9 });
  const scheduler: AnyScheduler = makeScheduler(expected, optimizer);
  for (const [step, lr] of expected.lrs.entries()) {
    if (expected.metrics !== undefined) scheduler.step(expected.metrics[step]);
    expectValues(`the learning rate of step ${step}`, scheduler.getLastLr(), [lr], () => 1e-9);
    if (expected.momentum !== undefined) expectValues("the momentum", momentumsOf(optimizer), [expected.momentum[step]!], () => 1e-9);
    optimizer.step();
    if (expected.metrics === undefined) scheduler.step();
  }
});
