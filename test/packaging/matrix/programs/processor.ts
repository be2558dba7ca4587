import { backend, init, io, nn } from "unrolled";

declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}
declare function registerProcessor(name: string, processor: new (options: Options) => AudioWorkletProcessor): void;

interface Options {
  readonly processorOptions: { readonly module?: WebAssembly.Module; readonly weights: Uint8Array };
}

const STEPS = 20_000;

/** A filter: an LSTM makes of each block of 128 samples the next one. */
class Filter extends AudioWorkletProcessor {
  #stream: ReturnType<nn.LSTM["stream"]> | undefined;

  constructor({ processorOptions: { module, weights } }: Options) {
    super();
    init(module && { wasm: module })
      .then(() => {
        const lstm = new nn.LSTM(128, 128);
        const before = lstm.stateDict()["weight_ih_l0"];
        lstm.loadStateDict(io.safetensors.load(weights));
        this.#stream = lstm.stream();
        const drawn = before === undefined || before.data.some((value) => value !== 0);
        const missing = ["URL", "TextDecoder", "TextEncoder", "fetch", "atob", "crypto"].filter((name) => !(name in globalThis));
        this.port.postMessage({ ready: { ...backend(), drawn, missing, microseconds: this.#time() } });
      })
      .catch((error: Error) => this.port.postMessage({ failed: `${error.name}: ${error.message}` }));
  }

  /** Microseconds for a step. There is no finer clock. */
  #time(): number {
    const block = new Float32Array(128);
    const start = Date.now();
    for (let step = 0; step < STEPS; step++) this.#stream?.step(block, block);
    const end = Date.now();
    this.#stream?.reset();
    return (1000 * (end - start)) / STEPS;
  }

  process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean {
    const [input, output] = [inputs[0]?.[0], outputs[0]?.[0]];
    if (input !== undefined && output !== undefined) this.#stream?.step(input, output);
    return true;
  }
}

registerProcessor("filter", Filter);
