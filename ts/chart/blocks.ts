/** A grid of values that may be far larger than a picture: `at(step, row)`. */
export interface Grid {
  readonly steps: number;
  readonly rows: number;
  at(step: number, row: number): number;
}

/** What a cell of a picture shows of the values in it. */
export type Reduce = "mean" | "extreme";

/** A grid small enough to draw. */
export interface Blocks {
  readonly columns: number;
  readonly lines: number;
  /** How many steps and rows a cell covers; those at the end may have fewer. */
  readonly stepsPerCell: number;
  readonly rowsPerCell: number;
  /** `[lines, columns]` */
  readonly values: Float64Array;
  /** How many values of the grid are NaN, and infinite. */
  readonly nans: number;
  readonly infinities: number;
}

/** As many columns as a picture of 860 pixels can show, and as many lines as anyone looks at. */
const MOST_COLUMNS = 360;
const MOST_LINES = 160;

/**
 * Joins neighbouring steps, and neighbouring rows, into cells: their mean, or the value of the greatest magnitude. A cell that holds a value
 * that is not finite shows that.
 */
export function toBlocks(grid: Grid, reduce: Reduce, mostColumns: number = MOST_COLUMNS, mostLines: number = MOST_LINES): Blocks {
  const stepsPerCell = Math.max(1, Math.ceil(grid.steps / mostColumns));
  const rowsPerCell = Math.max(1, Math.ceil(grid.rows / mostLines));
  const columns = Math.ceil(grid.steps / stepsPerCell);
  const lines = Math.ceil(grid.rows / rowsPerCell);
  const values = new Float64Array(columns * lines);
  const counts = { nans: 0, infinities: 0 };
  for (let line = 0; line < lines; line++) {
    for (let column = 0; column < columns; column++) {
      const cell = new Cell(reduce);
      const lastStep = Math.min(grid.steps, (column + 1) * stepsPerCell);
      const lastRow = Math.min(grid.rows, (line + 1) * rowsPerCell);
      for (let step = column * stepsPerCell; step < lastStep; step++) {
        for (let row = line * rowsPerCell; row < lastRow; row++) cell.add(grid.at(step, row));
      }
      counts.nans += cell.nans;
      counts.infinities += cell.infinities;
      values[line * columns + column] = cell.value();
    }
  }
  return { columns, lines, stepsPerCell, rowsPerCell, values, ...counts };
}

class Cell {
  readonly #reduce: Reduce;
  #sum = 0;
  #count = 0;
  #extreme = 0;
  #notFinite = 0;
  nans = 0;
  infinities = 0;

  constructor(reduce: Reduce) {
    this.#reduce = reduce;
  }

  add(value: number): void {
    if (!Number.isFinite(value)) {
      if (Number.isNaN(value)) this.nans++;
      else this.infinities++;
      // NaN, if there is any, is what is told.
      this.#notFinite = Number.isNaN(this.#notFinite) ? this.#notFinite : value;
      return;
    }
    this.#sum += value;
    this.#count++;
    if (Math.abs(value) > Math.abs(this.#extreme)) this.#extreme = value;
  }

  value(): number {
    if (this.nans + this.infinities > 0) return this.#notFinite;
    return this.#reduce === "mean" ? this.#sum / this.#count : this.#extreme;
  }
}

/** What a reader must know of how cells were made; undefined if each is one value. */
export function tellBlocks({ stepsPerCell, rowsPerCell }: Blocks, reduce: Reduce, step = "step", row = "unit"): string | undefined {
  if (stepsPerCell === 1 && rowsPerCell === 1) return undefined;
  const over = [stepsPerCell > 1 ? `${stepsPerCell} ${step}s` : "", rowsPerCell > 1 ? `${rowsPerCell} ${row}s` : ""].filter(
    (part) => part !== "",
  );
  return `Each cell is the ${reduce === "mean" ? "mean" : "value of greatest magnitude"} of ${over.join(" × ")}.`;
}

/** How many values of a picture are not finite, in words; undefined if none. */
export function tellNotFinite(counts: readonly Pick<Blocks, "nans" | "infinities">[]): string | undefined {
  const nans = counts.reduce((sum, each) => sum + each.nans, 0);
  const infinities = counts.reduce((sum, each) => sum + each.infinities, 0);
  if (nans + infinities === 0) return undefined;
  const parts = [
    nans > 0 ? `${nans.toLocaleString("en-US")} NaN` : "",
    infinities > 0 ? `${infinities.toLocaleString("en-US")} infinite` : "",
  ];
  return `Magenta: ${parts.filter((part) => part !== "").join(" and ")}.`;
}
