import { execFileSync } from "node:child_process";

/** A function of a core as V8 compiles it at its best. */
export interface MachineFunction {
  /** Its name in Rust. */
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

interface Instruction {
  readonly address: number;
  readonly text: string;
}

const FLAGS = ["--no-liftoff", "--no-wasm-lazy-compilation", "--print-wasm-code"];
const COMPILE = `new WebAssembly.Module(require("node:fs").readFileSync(process.argv[1]))`;

/** All functions of a core; none if this Node has no disassembler. */
export function disassemble(node: string, core: string): MachineFunction[] {
  const output = execFileSync(node, [...FLAGS, "-e", COMPILE, core], { encoding: "utf8", maxBuffer: 2 ** 28 });
  return output.split("--- WebAssembly code ---\n").flatMap((block) => {
    const name = /^name: (.*)$/m.exec(block)?.[1];
    if (name === undefined) return [];
    const lines = block.matchAll(/^0x([0-9a-f]+) +[0-9a-f]+ +[0-9a-f]+ +(.*)$/gm);
    return [{ name, instructions: [...lines].map(([, address, text]) => ({ address: Number.parseInt(address!, 16), text: text! })) }];
  });
}

/** The instructions of the shortest loop that multiplies, from its head to the jump back; undefined if there is none. */
export function innermostLoop({ instructions }: MachineFunction): string[] | undefined {
  const loops = instructions.flatMap(({ text }, end) => {
    const target = /^j\w+ 0x([0-9a-f]+)/.exec(text)?.[1];
    const start = instructions.findIndex(({ address }) => address === Number.parseInt(target ?? "", 16));
    if (start < 0 || start > end) return [];
    const body = instructions.slice(start, end + 1).map((instruction) => instruction.text);
    // Behind the end of the function lies what is rarely done, such as a pause for the engine: it jumps back, too.
    const isLoop = body.some((each) => /mulps|fmadd/.test(each)) && !body.some((each) => each.startsWith("ret"));
    return isLoop ? [body] : [];
  });
  return loops.sort((a, b) => a.length - b.length)[0];
}
