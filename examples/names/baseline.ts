import type { Sample } from "./data.js";

/** The share of test names that are guessed right from how often each ending is male or female among the training names. */
export function endings(training: readonly Sample[], test: readonly Sample[], letters: number): number {
  // How many more of the training names with an ending are female than male; the shorter ending decides where a longer one is new.
  const counts = new Map<string, number>();
  for (const { name, label } of training) {
    for (let length = 0; length <= letters; length++) {
      const ending = suffix(name, length);
      counts.set(ending, (counts.get(ending) ?? 0) + (label === 1 ? 1 : -1));
    }
  }
  const right = test.filter(({ name, label }) => {
    for (let length = letters; length >= 0; length--) {
      const count = counts.get(suffix(name, length)) ?? 0;
      if (count !== 0) return count > 0 === (label === 1);
    }
    return label === 1;
  });
  return right.length / test.length;
}

/** The last letters, with a mark that keeps a whole short name apart from an ending. */
function suffix(name: string, length: number): string {
  return length > name.length ? `^${name}` : name.slice(name.length - length);
}
