import { noGrad, type Tensor, tensor } from "unrolled";
import type { CharModel, State } from "../../../examples/moby-dick/model.js";
import type { Vocabulary } from "../../../examples/moby-dick/vocabulary.js";
import type { Written } from "./protocol.js";

/** Lets a model write: each character is drawn with the probabilities that it gives, and read in turn. */
export class Writer {
  readonly #model: CharModel;
  readonly #vocabulary: Vocabulary;
  readonly #hidden: number;
  #state: State | undefined;
  /** What was written last, and is not read yet. */
  #next: number;

  constructor(model: CharModel, vocabulary: Vocabulary, hidden: number) {
    this.#model = model;
    this.#vocabulary = vocabulary;
    this.#hidden = hidden;
    this.#next = this.#first();
  }

  /** A line's end if there is one: what follows it begins something. */
  #first(): number {
    return Math.max(0, this.#vocabulary.characters.indexOf("\n"));
  }

  /** Forgets what was written, and begins with a prompt. */
  begin(prompt: string): Written {
    this.#state = undefined;
    const ids = prompt === "" ? [this.#first()] : [...this.#vocabulary.encode(prompt)];
    const states = new Float32Array(ids.length * this.#hidden);
    this.#model.eval();
    noGrad(() => {
      for (const [index, id] of ids.slice(0, -1).entries()) this.#read(id, states.subarray(index * this.#hidden));
    });
    this.#next = ids.at(-1) as number;
    return { characters: [...prompt].slice(0, -1), states: states.subarray(0, (ids.length - 1) * this.#hidden) };
  }

  /** Goes on for some characters; the first is the prompt's last one. */
  write(length: number, temperature: number): Written {
    const characters: string[] = [];
    const states = new Float32Array(length * this.#hidden);
    this.#model.eval();
    noGrad(() => {
      for (let index = 0; index < length; index++) {
        characters.push(this.#vocabulary.characters[this.#next] ?? "\ufffd");
        const logits = this.#read(this.#next, states.subarray(index * this.#hidden));
        // The unknown, which is the last, is not to be written.
        const known = logits.narrow(0, 0, this.#vocabulary.unknown);
        this.#next = known.div(temperature).softmax(0).multinomial(1).item();
      }
    });
    return { characters, states };
  }

  /** Reads a character; returns the logits `[V]`, and leaves the last layer's state in `states`. */
  #read(id: number, states: Float32Array): Tensor {
    const [logits, state] = this.#model.forward(tensor([id], { dtype: "int32", shape: [1, 1] }), this.#state);
    this.#state = state;
    const remembered = Array.isArray(state) ? (state[1] as Tensor).tanh() : (state as Tensor);
    states.set(remembered.data.subarray(-this.#hidden));
    return logits.select(0, 0).select(0, 0);
  }
}
