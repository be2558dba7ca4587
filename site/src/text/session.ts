import { backend, init, manualSeed } from "unrolled";
import type { Control } from "unrolled/worker";
import { CharModel } from "../../../examples/moby-dick/model.js";
import { type Corpus, corpusOf } from "./corpus.js";
import { NoModelError, type Opened, pack, unpack } from "./file.js";
import { Learner } from "./learner.js";
import type { Answer, Manner, Progress, Ready, Request, Settings, Text } from "./protocol.js";
import { Writer } from "./writer.js";

/** Numbers that stand for a character. */
const EMBEDDING = 32;
/** Milliseconds between two answers while it learns, and the characters that are written for each: about as fast as one reads. */
const PAUSE = 100;
const WRITTEN = 5;
/** Milliseconds between two looks at other text: at least so many, and so many times as long as a look takes. */
const LOOK = 500;
const PATIENCE = 25;

/** What is learning, and all that it needs; it stays in the worker between two requests. */
class Session {
  readonly #opened: Opened;
  readonly #writer: Writer;
  #learner: Learner | undefined;
  /** When the last look at other text ended, and how long it took. */
  #looked = { end: Number.NEGATIVE_INFINITY, time: 0 };

  constructor(opened: Opened, corpus: Corpus | undefined) {
    this.#opened = opened;
    this.#writer = new Writer(opened.model, opened.vocabulary, opened.sizes.hidden);
    if (corpus) this.#learner = new Learner(opened.model, corpus);
  }

  ready(): Ready {
    const { model, sizes, vocabulary } = this.#opened;
    const { cell, hidden, layers } = sizes;
    return {
      kind: "ready",
      settings: { cell, hidden, layers },
      parameters: model.parameters().reduce((sum, parameter) => sum + parameter.numel(), 0),
      vocabulary: vocabulary.characters.length,
      simd: backend().simd,
      hasText: this.#learner !== undefined,
    };
  }

  /** Gives a model that was opened something to learn from. */
  study(text: string): void {
    this.#learner = new Learner(this.#opened.model, corpusOf(text, this.#opened.vocabulary).corpus);
  }

  /** Learns until it is stopped; a new manner counts from the next step on. */
  *learn(manner: Manner, control: Control<Manner>): Generator<Progress> {
    const learner = this.#learner;
    if (!learner) throw new Error("there must be a text to learn from");
    let { learningRate, temperature } = manner;
    while (true) {
      for (let told = control.poll(); told; told = control.poll()) ({ learningRate, temperature } = told);
      const begin = performance.now();
      let [losses, characters, steps, now] = [0, 0, 0, begin];
      for (; now - begin < PAUSE; now = performance.now()) {
        const step = learner.learn(learningRate);
        losses += step.loss;
        characters += step.characters;
        steps++;
      }
      const charactersPerSecond = (1000 * characters) / (now - begin);
      const written = this.#writer.write(WRITTEN, temperature);
      const { step, characters: read } = learner;
      yield { kind: "progress", step, characters: read, loss: losses / steps, charactersPerSecond, heldOut: this.#look(learner), written };
    }
  }

  #look(learner: Learner): number | null {
    const begin = performance.now();
    if (begin - this.#looked.end < Math.max(LOOK, PATIENCE * this.#looked.time)) return null;
    const bits = learner.bitsPerCharacter();
    const end = performance.now();
    this.#looked = { end, time: end - begin };
    return bits;
  }

  write({ prompt, length, temperature }: Request & { kind: "write" }): Answer {
    const read = this.#writer.begin(prompt);
    const { characters, states } = this.#writer.write(length, temperature);
    const all = new Float32Array(read.states.length + states.length);
    all.set(read.states);
    all.set(states, read.states.length);
    return { kind: "written", written: { characters: [...read.characters, ...characters], states: all } };
  }

  save(): Answer {
    const { cell, layers, hidden } = this.#opened.sizes;
    const name = `next-character-${cell}-${layers === 1 ? "" : `${layers}x`}${hidden}.safetensors`;
    return { kind: "saved", bytes: pack(this.#opened), name };
  }
}

async function textOf(source: Text): Promise<string> {
  if ("own" in source) return source.own;
  const response = await fetch(source.url);
  if (!response.ok) throw new Error(`${source.url} could not be fetched: ${response.status}`);
  return response.text();
}

function sessionOf(text: string, { cell, hidden, layers }: Settings): Session {
  const { corpus, vocabulary } = corpusOf(text);
  const sizes = { cell, vocabulary: vocabulary.size, embedding: EMBEDDING, hidden, layers };
  return new Session({ model: new CharModel(sizes), sizes, vocabulary }, corpus);
}

function open(bytes: Uint8Array): { session: Session } | { reason: string } {
  try {
    return { session: new Session(unpack(bytes), undefined) };
  } catch (error) {
    if (error instanceof NoModelError) return { reason: error.message };
    throw error;
  }
}

let session: Session | undefined;

function current(): Session {
  if (!session) throw new Error("a network must have begun, or been opened");
  return session;
}

/** Answers a request; while it learns, until somebody stops it. */
export async function* answer(request: Request, control: Control<Manner>): AsyncGenerator<Answer, void, undefined> {
  await init();
  switch (request.kind) {
    case "begin":
      manualSeed(1);
      session = sessionOf(await textOf(request.text), request.settings);
      return yield session.ready();
    case "study":
      current().study(await textOf(request.text));
      return yield current().ready();
    case "learn":
      return yield* current().learn(request.manner, control);
    case "write":
      return yield current().write(request);
    case "save":
      return yield current().save();
    case "open": {
      const opened = open(request.bytes);
      if ("reason" in opened) return yield { kind: "refused", reason: opened.reason };
      session = opened.session;
      return yield session.ready();
    }
  }
}
