import { tensor } from "unrolled";

const a = tensor([1, 2, 3, 4, 5, 6], { shape: [2, 3] });
const centred = a.sub(a.mean(0, { keepdim: true }));
const lengths = centred.pow(2).sum(1).sqrt();
console.log("centred", centred.shape, centred.toArray());
console.log("lengths", Array.from(lengths.data, (value) => value.toFixed(4)).join(" "));
console.log("product", a.matmul(a.transpose(0, 1)).toArray());
console.log("last column", a.select(1, -1).toArray());
console.log("largest", a.argmax(1).toArray());
