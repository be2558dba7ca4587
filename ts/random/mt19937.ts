const SIZE = 624;
const SHIFT = 397;

/** The state of the engine, as PyTorch keeps it. */
export interface EngineState {
  readonly words: Uint32Array;
  /** How many draws are left before the words are renewed, plus one. */
  readonly left: number;
  /** The next word to be drawn. */
  readonly next: number;
}

/** The Mersenne Twister of Matsumoto and Nishimura (1998), 32 bits a draw. */
export class Mt19937 {
  #words: Uint32Array = new Uint32Array(SIZE);
  #left = 1;
  #next = 0;

  constructor(seed: number) {
    const words = this.#words;
    words[0] = seed;
    for (let index = 1; index < SIZE; index++) {
      const before = words[index - 1]!;
      words[index] = Math.imul(1812433253, before ^ (before >>> 30)) + index;
    }
  }

  /** An integer in [0, 2³²). */
  draw(): number {
    if (--this.#left === 0) this.#renew();
    let word = this.#words[this.#next++]!;
    word ^= word >>> 11;
    word ^= (word << 7) & 0x9d2c5680;
    word ^= (word << 15) & 0xefc60000;
    return (word ^ (word >>> 18)) >>> 0;
  }

  #renew(): void {
    const words = this.#words;
    for (let index = 0; index < SIZE; index++) {
      const mixed = (words[index]! & 0x80000000) | (words[(index + 1) % SIZE]! & 0x7fffffff);
      words[index] = words[(index + SHIFT) % SIZE]! ^ (mixed >>> 1) ^ (mixed & 1 ? 0x9908b0df : 0);
    }
    this.#left = SIZE;
    this.#next = 0;
  }

  get state(): EngineState {
    return { words: this.#words.slice(), left: this.#left, next: this.#next };
  }

  set state({ words, left, next }: EngineState) {
    this.#words = words.slice();
    this.#left = left;
    this.#next = next;
  }
}
