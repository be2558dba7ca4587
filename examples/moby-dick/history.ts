import type { Progress } from "./train.js";

/** The mean loss of successive steps, in nats. */
export interface Point {
  /** Characters read until the last of them. */
  readonly characters: number;
  readonly loss: number;
}

/** More points would not be seen in a picture, and a training may have millions of steps. */
const MOST = 800;

/** The losses of a training of any length, in less than 800 points. */
export class History {
  #points: Point[] = [];
  /** Steps that make one point. */
  #size = 1;
  #sum = 0;
  #count = 0;

  get points(): readonly Point[] {
    return this.#points;
  }

  add({ characters, loss }: Pick<Progress, "characters" | "loss">): void {
    this.#sum += loss;
    this.#count++;
    if (this.#count < this.#size) return;
    this.#points.push({ characters, loss: this.#sum / this.#count });
    this.#sum = 0;
    this.#count = 0;
    if (this.#points.length === MOST) this.#halve();
  }

  /** Makes one point of two. */
  #halve(): void {
    const points = this.#points;
    this.#size *= 2;
    this.#points = Array.from({ length: points.length / 2 }, (_, index) => {
      const [first, second] = [points[2 * index]!, points[2 * index + 1]!];
      return { characters: second.characters, loss: (first.loss + second.loss) / 2 };
    });
  }
}
