import { expect, test } from "vitest";
import { message } from "../../bench/peers/onnx/protobuf.mjs";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");

// The examples of protobuf.dev/programming-guides/encoding.
test("fields are written as the encoding guide has them", () => {
  expect(hex(message([1, 150]))).toBe("089601");
  expect(hex(message([2, "testing"]))).toBe("120774657374696e67");
  expect(hex(message([3, message([1, 150])]))).toBe("1a03089601");
});

test("numbers beyond 32 bits and fields beyond 15 take more bytes; what is missing takes none", () => {
  expect(hex(message([1, 2 ** 35]))).toBe("08808080808001");
  expect(hex(message([20, 2], [5, undefined]))).toBe("a00102");
});
