import { distance } from "fastest-levenshtein";

/** The name that somebody may have meant: one that begins like it or is a few letters away; undefined if none is near. */
export function nearest(name: string, names: readonly string[]): string | undefined {
  const plain = (text: string) => text.toLowerCase().replaceAll(/[\s_-]/g, "");
  const wanted = plain(name);
  if (wanted === "") return undefined;
  const ranked = names
    .map((each) => ({ each, far: plain(each).startsWith(wanted) ? 0.5 : distance(wanted, plain(each)) }))
    .sort((a, b) => a.far - b.far);
  const best = ranked[0];
  return best !== undefined && best.far <= Math.max(1, Math.ceil(wanted.length / 3)) ? best.each : undefined;
}

/** `did you mean "temp_max"?`, or nothing. */
export function suggestion(name: string, names: readonly string[]): string | undefined {
  const best = nearest(name, names);
  return best === undefined ? undefined : `did you mean ${JSON.stringify(best)}?`;
}
