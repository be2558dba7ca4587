/** Puts pictures one below the other, as the text of one SVG file. All have to be of one width, as those of `picture` are. */
export function stack(pictures: readonly string[]): string {
  const sizes = pictures.map((svg) => ({ width: attribute(svg, "width"), height: attribute(svg, "height") }));
  const height = sizes.reduce((sum, size) => sum + size.height, 0);
  const width = Math.max(...sizes.map((size) => size.width));
  let y = 0;
  const placed = pictures.map((svg, index) => {
    const inner = svg.replace("<svg ", `<svg y="${y}" `);
    y += (sizes[index] as { height: number }).height;
    return inner;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${placed.join("")}</svg>`;
}

function attribute(svg: string, name: string): number {
  const value = Number(new RegExp(`^<svg [^>]*?\\b${name}="([\\d.]+)"`).exec(svg)?.[1]);
  if (Number.isFinite(value)) return value;
  throw new Error(`a picture must have a ${name} in pixels, got ${svg.slice(0, 80)}`);
}
