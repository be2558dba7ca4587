import { mkdir, readFile, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { backend, io, type nn, UnrolledError } from "unrolled";
import { writeAtomically } from "../node/files.js";
import { InputError, quote, sentence } from "./errors.js";
import { reason } from "./files.js";
import { configOf, FORMAT, type RunConfig, type SeriesConfig, type TextConfig } from "./run-config.js";

/** The files of a run. */
export const FILES = {
  config: "config.json",
  model: "model.safetensors",
  metrics: "metrics.csv",
  report: "report.html",
  checkpoint: "checkpoint.safetensors",
} as const;

const NEVER_SAVED = "training ended before the first save: train again, with --overwrite";

/** A folder that `train` fills and all other commands read. */
export class RunFolder {
  static readonly name: string = "RunFolder";
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The path of a file in it. */
  file(name: keyof typeof FILES): string {
    return join(this.path, FILES[name]);
  }

  /** Which file is there that a new run would replace; undefined if none is. */
  async taken(): Promise<string | undefined> {
    for (const name of Object.keys(FILES) as (keyof typeof FILES)[]) {
      if ((await stat(this.file(name)).catch(() => undefined)) !== undefined) return FILES[name];
    }
    return undefined;
  }

  /** Makes the folder, so that a training that cannot be saved is refused at once; what is left of an older run is removed. */
  async create(): Promise<void> {
    try {
      await makeFolder(this.path);
      for (const name of ["model", "metrics", "report", "checkpoint"] as const) await rm(this.file(name), { force: true });
    } catch (error) {
      throw new InputError(sentence("--out", quote(this.path), "a folder that can be written", reason(error)));
    }
  }

  /** Writes a file as a whole: it is the old one or the new one, whatever happens. */
  async write(name: keyof typeof FILES, contents: string | Uint8Array): Promise<void> {
    const bytes = typeof contents === "string" ? new TextEncoder().encode(contents) : contents;
    try {
      await writeAtomically(this.path, this.file(name), bytes);
    } catch (error) {
      const cause = (error as Error).cause ?? error;
      throw new InputError(
        sentence(this.path, FILES[name], "a file that can be written", reason(cause), "what was there before is unchanged"),
      );
    }
  }

  /** Writes what the run is; in one order, so that a run that was interrupted leaves the same bytes. */
  async writeConfig(config: RunConfig): Promise<void> {
    const result = configOf(config);
    if (!("config" in result)) throw new RangeError(`config.json: ${result.place} must be ${result.message}`);
    await this.write("config", `${JSON.stringify(result.config, null, 2)}\n`);
  }

  async #read(name: keyof typeof FILES, hint?: string): Promise<Uint8Array> {
    try {
      return await readFile(this.file(name));
    } catch (error) {
      throw new InputError(sentence(this.path, FILES[name], "a file that can be read", reason(error), hint));
    }
  }

  /**
   * What the run is.
   *
   * @throws InputError if the folder is none of a run, damaged, or made by a later version
   */
  async readConfig(): Promise<RunConfig> {
    const stats = await stat(this.path).catch((error: unknown) => {
      throw new InputError(sentence(this.path, "the run", "a folder that train made", reason(error)));
    });
    if (!stats.isDirectory()) throw new InputError(sentence(this.path, "the run", "a folder that train made", "a file"));
    const text = new TextDecoder().decode(await this.#read("config", "train makes run folders: unrolled train --help"));
    const json = parseJson(text, this.path);
    const made = json as { format?: unknown; unrolled?: unknown };
    if (typeof made.format === "number" && made.format > FORMAT) {
      const hint = "update unrolled, or train again";
      throw new InputError(
        sentence(this.path, "the run", `of version ${backend().version} or older`, `one of version ${String(made.unrolled)}`, hint),
      );
    }
    const result = configOf(json);
    if ("config" in result) return result.config;
    throw new InputError(
      sentence(
        this.path,
        `${FILES.config}: ${result.place}`,
        result.message.replace(/, got.*/, ""),
        result.message.replace(/.*, got /, ""),
        "it is damaged: train again",
      ),
    );
  }

  async readSeriesConfig(command: string): Promise<SeriesConfig> {
    const config = await this.readConfig();
    if (config.task === "series") return config;
    throw new InputError(
      sentence(this.path, "the run", "a model of a time series", "one of a text", `${command} is for series, generate for texts`),
    );
  }

  async readTextConfig(): Promise<TextConfig> {
    const config = await this.readConfig();
    if (config.task === "text") return config;
    throw new InputError(
      sentence(this.path, "the run", "a model of a text", "one of a time series", "generate is for texts, predict for series"),
    );
  }

  /** Puts the trained weights into a model that was made as the config says. */
  async loadModel(model: nn.Module): Promise<void> {
    const bytes = await this.#read("model", NEVER_SAVED);
    try {
      model.loadStateDict(io.safetensors.load(bytes));
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      throw this.#damaged("model", error);
    }
  }

  async readCheckpoint(): Promise<Uint8Array> {
    return this.#read("checkpoint", NEVER_SAVED);
  }

  /** The error for a file whose bytes are not what the config says. */
  #damaged(name: keyof typeof FILES, error: Error): InputError {
    const actual = error.message.split("\n")[0]!.replace(/:$/, "");
    return new InputError(
      sentence(this.path, FILES[name], `the one that belongs to ${FILES.config}`, `another or a damaged one (${actual})`, "train again"),
    );
  }

  /** Calls what reads a checkpoint; errors name the file. */
  reading<T>(name: keyof typeof FILES, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UnrolledError)) throw error;
      throw this.#damaged(name, error);
    }
  }
}

/** Makes a folder and those that it is in. Node's own `recursive` never ends where the system says that an existing folder is not there, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
      const isFolder = (await stat(path).catch(() => undefined))?.isDirectory() === true;
      if (!isFolder) throw error;
    });
  await make().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT" || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await make();
  });
}

function parseJson(text: string, where: string): unknown {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json === "object" && json !== null) return json;
  } catch {}
  throw new InputError(sentence(where, FILES.config, "JSON", "something else", "the run is damaged: train again"));
}
