/** A curve that grows without end, in a bounded number of points. */
export class GrowingCurve {
  readonly #columns: number[][];
  readonly #limit: number;
  /** How many values are one point, and those of the point that is being made. */
  #every = 1;
  #sums: number[];
  #added = 0;

  /**
   * @param width values of a point, `x` and one for each curve
   * @param limit when there are so many points, two become one, their mean
   */
  constructor(width: number, limit = 600) {
    this.#columns = Array.from({ length: width }, () => []);
    this.#sums = new Array<number>(width).fill(0);
    this.#limit = limit;
  }

  add(...values: readonly number[]): void {
    for (const [index, value] of values.entries()) this.#sums[index] = (this.#sums[index] ?? 0) + value;
    this.#added++;
    if (this.#added < this.#every) return;
    for (const [index, column] of this.#columns.entries()) column.push((this.#sums[index] as number) / this.#added);
    this.#sums.fill(0);
    this.#added = 0;
    if ((this.#columns[0] as number[]).length >= this.#limit) this.#halve();
  }

  #halve(): void {
    const mean = (column: readonly number[]) =>
      Array.from({ length: column.length >> 1 }, (_, index) => ((column[2 * index] as number) + (column[2 * index + 1] as number)) / 2);
    for (const [index, column] of this.#columns.entries()) this.#columns[index] = mean(column);
    this.#every *= 2;
  }

  get columns(): readonly (readonly number[])[] {
    return this.#columns;
  }
}
