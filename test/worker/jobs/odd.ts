import { type Control, serve, transfer } from "unrolled/worker";

class ModelError extends RangeError {
  static override readonly name: string = "ModelError";
  override name = "ModelError";
}

const causes: Readonly<Record<string, () => unknown>> = {
  error: () => new ModelError("the weights are gone", { cause: new TypeError("no file", { cause: "a text" }) }),
  "many errors": () => new AggregateError([new Error("one"), "two"], "both"),
  "its own cause": () => {
    const error = new Error("round and round");
    error.cause = error;
    return error;
  },
  text: () => "just a text",
  nothing: () => undefined,
  "a function": () => () => 1,
};

function* failsAtTheEnd(): Generator<number, void, undefined> {
  const cleanUp = (): void => {
    throw new ModelError("cannot be cleaned up");
  };
  try {
    yield 1;
    yield 2;
  } finally {
    cleanUp();
  }
}

/** Does what goes wrong. */
export async function* odd(what: string, control: Control<string>): AsyncGenerator<unknown, unknown, undefined> {
  yield "begun";
  if (what in causes) throw causes[what]?.();
  if (what === "process.exit") process.exit(3);
  if (what === "uncaught") {
    setTimeout(() => {
      throw new ModelError("in a timer");
    }, 1);
    await new Promise(() => undefined);
  }
  if (what === "yields a function") yield () => 1;
  if (what === "returns a function") return () => 1;
  if (what === "waits for ever")
    await new Promise((_, reject) => control.signal.addEventListener("abort", () => reject(control.signal.reason)));
  if (what === "hangs") await new Promise(() => undefined);
  if (what === "fails at the end") yield* failsAtTheEnd();
  if (what === "moves") {
    const values = Float32Array.of(1, 2, 3);
    yield transfer({ values }, [values.buffer]);
    return transfer(new Uint8Array([values.length]), []);
  }
  if (what === "yields undefined") {
    yield undefined;
    yield undefined;
  }
  if (what === "echoes") {
    for (;;) {
      const message = control.poll() ?? (await control.receive());
      if (message === "enough") return "echoed";
      yield message;
    }
  }
  return what;
}

serve(odd);
