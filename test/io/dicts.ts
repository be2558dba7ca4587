import fc from "fast-check";
import { type Tensor, tensor } from "unrolled";

const name = fc
  .oneof(fc.string({ unit: "grapheme" }), fc.constantFrom("__proto__", "toString", "0", ""))
  .filter((text) => text !== "__metadata__");
const shape = fc.array(fc.nat(4), { maxLength: 4 });

/** Any bits, as floats (NaN, −0 and subnormals among them) or as integers. */
const anyTensor = fc.tuple(shape, fc.boolean()).chain(([sizes, isFloat]) => {
  const count = sizes.reduce((product, size) => product * size, 1);
  return fc.int32Array({ minLength: count, maxLength: count }).map((bits) => {
    return tensor(isFloat ? new Float32Array(bits.buffer) : bits, { shape: sizes });
  });
});
/** Tensors of any values by any names; not `fc.dictionary`, which would set `__proto__`. */
export const tensorDict: fc.Arbitrary<Record<string, Tensor>> = fc
  .uniqueArray(fc.tuple(name, anyTensor), { selector: ([key]) => key, maxLength: 8 })
  .map((entries) => Object.fromEntries(entries));
