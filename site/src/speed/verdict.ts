/** Which of two times is the shorter one, and by how much: as plainly for the one as for the other. */
export function faster(ours: number, theirs: number): string {
  const [name, ratio] = ours <= theirs ? ["unrolled", theirs / ours] : ["TensorFlow.js", ours / theirs];
  if (ratio < 1.05) return "about the same";
  return `${name}, ${ratio >= 10 ? Math.round(ratio).toLocaleString("en") : ratio.toFixed(1)} ×`;
}
