import { init, io, manualSeed, nn, rand } from "unrolled";

const BLOCKS = 50;

/** The same filter here. */
function filtered(lstm: nn.LSTM, samples: Float32Array): number[] {
  const stream = lstm.stream();
  return Array.from({ length: BLOCKS }, (_, block) => [...stream.step(samples.subarray(128 * block, 128 * (block + 1)))]).flat();
}

type Word = { readonly ready?: Readonly<Record<string, unknown>>; readonly failed?: string };

async function startNode(
  context: OfflineAudioContext,
  module: WebAssembly.Module | undefined,
  weights: Uint8Array,
): Promise<[AudioWorkletNode, Word]> {
  const node = new AudioWorkletNode(context, "filter", { processorOptions: { module, weights } });
  const word = await new Promise<Word>((resolve, reject) => {
    node.port.onmessage = ({ data }) => resolve(data);
    node.onprocessorerror = () => reject(new Error("the processor failed"));
  });
  return [node, word];
}

async function main(): Promise<unknown> {
  const module = await WebAssembly.compileStreaming(fetch("./core.wasm"));
  await init({ wasm: module });
  manualSeed(3);
  const lstm = new nn.LSTM(128, 128);
  const weights = io.safetensors.save(lstm.stateDict());
  const samples = new Float32Array(rand([128 * BLOCKS]).data);

  const context = new OfflineAudioContext(1, 128 * BLOCKS, 48_000);
  await context.audioWorklet.addModule("./processor.js");
  const [, withoutModule] = await startNode(context, undefined, weights);
  if (withoutModule.ready !== undefined) return { withoutModule };
  const [node, { ready, failed }] = await startNode(context, module, weights);
  if (failed !== undefined) throw new Error(failed);
  const buffer = context.createBuffer(1, samples.length, 48_000);
  buffer.copyToChannel(samples, 0);
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  const heard = (await context.startRendering()).getChannelData(0);
  const wanted = filtered(lstm, samples);
  return {
    ready,
    withoutModule,
    same: wanted.filter((value, at) => value === heard[at]).length,
    of: wanted.length,
    first: wanted.slice(0, 3),
  };
}

main().then(
  (result) => console.log(`result ${JSON.stringify(result)}`),
  (error: Error) => console.log(`failed ${error.stack}`),
);
