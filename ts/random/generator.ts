import { complaint, FormatError, OptionError, show } from "../errors.js";
import { checkInteger } from "../options.js";
import { Mt19937 } from "./mt19937.js";

/** PyTorch's seed of a new generator. */
const DEFAULT_SEED = 67280421310721;

/** The bytes of PyTorch's state of a CPU generator (CPUGeneratorImplState), little-endian: where each field lies. */
const STATE = { seed: 0, left: 8, seeded: 12, next: 16, words: 24, normal: 24 + 624 * 8 + 8, hasNormal: 24 + 624 * 8 + 24, bytes: 5056 };

/** A source of random numbers: the draws of PyTorch's `torch.Generator` on the CPU. */
export class Generator {
  /** A literal, because minifiers rename classes. */
  static readonly name: string = "Generator";

  #seed = 0n;
  #engine = new Mt19937(0);
  /** The sine of the last Box–Muller pair: the next single normal number. */
  #nextNormal: number | null = null;

  constructor() {
    this.manualSeed(DEFAULT_SEED);
  }

  /**
   * Starts again from a seed, and returns the generator.
   *
   * @param seed a safe integer, of which the low 32 bits count, as in PyTorch; a negative one counts down from 2⁶⁴
   */
  manualSeed(seed: number): this {
    this.#seed = BigInt.asUintN(64, BigInt(checkInteger("Generator.manualSeed", "seed", seed)));
    this.#engine = new Mt19937(Number(BigInt.asUintN(32, this.#seed)));
    this.#nextNormal = null;
    return this;
  }

  /** The seed it was started from. */
  initialSeed(): number {
    return Number(this.#seed);
  }

  /** @internal 32 random bits, as an integer in [0, 2³²). */
  draw(): number {
    return this.#engine.draw();
  }

  /** @internal A uniform number in [0, 1) of 53 bits: two draws, the high half first. */
  uniform64(): number {
    const high = this.draw() & 0x1f_ffff;
    return (high * 2 ** 32 + this.draw()) * 2 ** -53;
  }

  /** @internal The second half of the last pair of normal numbers, once. */
  takeNormal(): number | null {
    const value = this.#nextNormal;
    this.#nextNormal = null;
    return value;
  }

  /** @internal Keeps the second half of a pair. */
  keepNormal(value: number): void {
    this.#nextNormal = value;
  }

  /** Everything that determines the next numbers, as bytes: the same that PyTorch's `get_state` gives. */
  getState(): Uint8Array {
    const { words, left, next } = this.#engine.state;
    const bytes = new Uint8Array(STATE.bytes);
    const view = new DataView(bytes.buffer);
    view.setBigUint64(STATE.seed, this.#seed, true);
    view.setInt32(STATE.left, left, true);
    view.setInt32(STATE.seeded, 1, true);
    view.setUint32(STATE.next, next, true);
    for (const [index, word] of words.entries()) view.setUint32(STATE.words + 8 * index, word, true);
    view.setFloat64(STATE.normal, this.#nextNormal ?? 0, true);
    view.setInt32(STATE.hasNormal, this.#nextNormal === null ? 0 : 1, true);
    return bytes;
  }

  /** Goes back to what `getState` gave, here or in PyTorch. */
  setState(state: Uint8Array): this {
    const where = "Generator.setState";
    if (!(state instanceof Uint8Array)) throw new OptionError(complaint(where, "state", "a Uint8Array", show(state)));
    if (state.length !== STATE.bytes) throw new FormatError(complaint(where, "state", `${STATE.bytes} bytes`, String(state.length)));
    const view = new DataView(state.buffer, state.byteOffset, state.byteLength);
    const left = view.getInt32(STATE.left, true);
    const next = view.getUint32(STATE.next, true);
    // Before the first draw the engine has 1 left, and is at word 0; after it the two always sum up to 625.
    if (left < 1 || (left + next !== 625 && left + next !== 1)) {
      throw new FormatError(complaint(where, "state", "what getState gave", `other bytes (left ${left}, next ${next})`));
    }
    const words = Uint32Array.from({ length: 624 }, (_, index) => view.getUint32(STATE.words + 8 * index, true));
    this.#engine.state = { words, left, next };
    this.#seed = view.getBigUint64(STATE.seed, true);
    this.#nextNormal = view.getInt32(STATE.hasNormal, true) === 0 ? null : view.getFloat64(STATE.normal, true);
    return this;
  }
}

function startingSeed(): number {
  const words = new Uint32Array(2);
  // An AudioWorklet has none.
  if (typeof crypto === "object") crypto.getRandomValues(words);
  else
    words.forEach((_, index) => {
      words[index] = Math.random() * 2 ** 32;
    });
  return (words[0]! & 0x1f_ffff) * 2 ** 32 + words[1]!;
}

let shared: Generator | undefined;

/** The generator that is used where none is given. It starts from a random seed. */
export function defaultGenerator(): Generator {
  shared ??= new Generator().manualSeed(startingSeed());
  return shared;
}

/** `generator` if there is one, else the default one. */
export function checkGenerator(where: string, generator: Generator | undefined): Generator {
  if (generator === undefined) return defaultGenerator();
  if (generator instanceof Generator) return generator;
  throw new OptionError(complaint(where, "generator", "a Generator", show(generator)));
}

/** Seeds the default generator, and returns it: the numbers are those of `torch.manual_seed(seed)` on the CPU. */
export function manualSeed(seed: number): Generator {
  checkInteger("manualSeed", "seed", seed);
  shared ??= new Generator();
  return shared.manualSeed(seed);
}

/** The state of the default generator. */
export function getRngState(): Uint8Array {
  return defaultGenerator().getState();
}

/** Sets the state of the default generator. */
export function setRngState(state: Uint8Array): void {
  defaultGenerator().setState(state);
}
