import { complaint, OptionError, StateDictError, show } from "../errors.js";
import type { Group } from "./params.js";
import type { OptimizerStateSource } from "./state.js";

/** What PyTorch's groups have that is no option here: how it computes, names of parameters, and what its SWALR keeps. */
const NOT_HERE: ReadonlySet<string> = new Set(["foreach", "capturable", "differentiable", "fused", "param_names", "swa_lr"]);

/** What schedulers keep in groups. */
const SCHEDULED: ReadonlySet<string> = new Set(["initialLr", "maxLr", "minLr", "maxMomentum", "baseMomentum"]);

/** Throws unless it is a state with as many groups of as many parameters as the optimizer has. */
export function checkSource(where: string, source: OptimizerStateSource, groups: readonly Group<object>[]): void {
  if (!isObject(source) || !isObject(source.state) || !Array.isArray(source.param_groups)) {
    throw new OptionError(complaint(where, "stateDict", "{ state, param_groups }", show(source)));
  }
  const saved: readonly unknown[] = source.param_groups;
  if (saved.length !== groups.length) {
    throw new StateDictError(complaint(where, "param_groups", `${groups.length} groups, as the optimizer has`, `${saved.length}`));
  }
  for (const [index, { params }] of groups.entries()) checkSize(where, index, saved[index], params.length);
}

function checkSize(where: string, index: number, group: unknown, size: number): void {
  if (!isObject(group)) throw new StateDictError(complaint(where, `group ${index}`, "{ params, … }", show(group)));
  const { params } = group;
  if (Array.isArray(params) && params.length === size) return;
  const actual = Array.isArray(params) ? String(params.length) : show(params);
  throw new StateDictError(complaint(where, `params of group ${index}`, `${size}, as the optimizer has`, actual));
}

/** Whether it has names and values: no array and no Map. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

/** The options of a group by PyTorch's names: `weightDecay` is `weight_decay`. */
export function namedByPyTorch(options: object): Record<string, unknown> {
  const snakeCase = (name: string) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return Object.fromEntries(Object.entries(options).map(([name, value]) => [snakeCase(name), value]));
}

/**
 * The options of a saved group, by the names they have here: PyTorch's `weight_decay` is `weightDecay`. Lists such as `betas` are copied.
 *
 * @param group the group as it is, with all options there are
 * @throws StateDictError for any other name, because leaving it out could change what is learned
 */
export function optionsOf(where: string, saved: object, { params, ...group }: Group<object>): Record<string, unknown> {
  const options: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(saved)) {
    if (name === "params" || NOT_HERE.has(name) || value === undefined) continue;
    const own = name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (SCHEDULED.has(own)) {
      if (!Number.isFinite(value)) throw new StateDictError(complaint(where, name, "a finite number", show(value)));
    } else if (!Object.hasOwn(group, own)) {
      const expected = `one of ${Object.keys(group).join(", ")}`;
      throw new StateDictError(complaint(where, "an option of a group", expected, show(name)));
    }
    options[own] = Array.isArray(value) ? [...value] : value;
  }
  return options;
}
